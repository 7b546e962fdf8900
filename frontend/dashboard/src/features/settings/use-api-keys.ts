'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ApiKeyScope } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['api-keys'] as const;

export function useApiKeys() {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.apiKeys, { signal }) });
}

/** The answer has the whole key; nobody can ask for it again. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; scopes: ApiKeyScope[] }) => call(api.createApiKey, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.revokeApiKey, { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
