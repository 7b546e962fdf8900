'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AddHttpConnection, SaveHttpConnection } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { call } from '@/lib/api-client';

const key = ['http-connections'] as const;

export function useHttpConnections() {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.httpConnections, { signal }) });
}

type Saving = { id: string; body: SaveHttpConnection } | { id: null; body: AddHttpConnection };

export function useSaveHttpConnection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (saving: Saving) =>
      saving.id === null
        ? call(api.addHttpConnection, { body: saving.body })
        : call(api.saveHttpConnection, { params: { id: saving.id }, body: saving.body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useRemoveHttpConnection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.removeHttpConnection, { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
