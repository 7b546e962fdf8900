'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ChannelTemplate, TemplateDefinition } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['channel-templates'] as const;

export function useTemplates() {
  return useQuery({
    queryKey: [...key, 'all'],
    queryFn: ({ signal }) => call(api.channelTemplates, { query: { archived: 'true' }, signal }),
  });
}

/** With what a developer wrote. */
export function useTemplate(id: string | null) {
  return useQuery({
    queryKey: [...key, 'one', id],
    enabled: id !== null,
    queryFn: ({ signal }) => call(api.channelTemplate, { params: { id: id! }, signal }),
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: key });
}

export type TemplateDraft = { name: string; connectionId: string | null; definition: TemplateDefinition };

/** Makes one, or changes the one that was loaded. */
export function useSaveTemplate() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({
      channel,
      before,
      draft,
    }: {
      channel: string;
      before: ChannelTemplate | null;
      draft: TemplateDraft;
    }) =>
      before
        ? call(api.updateChannelTemplate, { params: { id: before.id }, body: { ...draft, revision: before.revision } })
        : call(api.createChannelTemplate, { body: { ...draft, channel } }),
    onSuccess: refresh,
  });
}

export function useArchiveTemplate(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (archived: boolean) => call(api.archiveChannelTemplate, { params: { id }, body: { archived } }),
    onSuccess: refresh,
  });
}

export function useRemoveTemplate(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => call(api.removeChannelTemplate, { params: { id } }),
    onSuccess: refresh,
  });
}

export function useTryTemplate() {
  return useMutation({
    mutationFn: (body: {
      channel: string;
      connectionId: string | null;
      definition: TemplateDefinition;
      fields: Record<string, string>;
      to?: string;
      externalId?: string;
    }) => call(api.tryChannelTemplate, { body }),
  });
}
