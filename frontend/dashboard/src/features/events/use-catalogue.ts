import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { CatalogueKind, ExpectedType } from '@wend/contract';
import { call } from '@/lib/api-client';

export type EntryName = { kind: CatalogueKind; name: string };
export type EntryChange = {
  path?: string;
  description?: string;
  hidden?: boolean;
  expected?: boolean;
  expectedType?: ExpectedType | null;
};

export function useCatalogue(kind: CatalogueKind) {
  return useQuery({
    queryKey: ['catalogue', kind],
    queryFn: ({ signal }) => call(api.catalogue, { query: { kind }, signal }),
    refetchInterval: 10_000,
  });
}

export function useCatalogueEntry({ kind, name }: EntryName) {
  return useQuery({
    queryKey: ['catalogue', kind, name],
    queryFn: ({ signal }) => call(api.catalogueEntry, { query: { kind, name }, signal }),
  });
}

/** Everything that shows the catalogue, and pickers, ask again. */
function useAskAgain(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['catalogue'] }),
      client.invalidateQueries({ queryKey: ['event-names'] }),
    ]);
  };
}

export function useDescribe({ kind, name }: EntryName) {
  return useMutation({
    mutationFn: (change: EntryChange) =>
      call(api.describeEntry, { body: { kind, name, ...change, path: change.path ?? '' } }),
    onSettled: useAskAgain(),
  });
}

export function useRemoveEntry({ kind, name }: EntryName) {
  return useMutation({
    mutationFn: () => call(api.removeEntry, { query: { kind, name } }),
    onSettled: useAskAgain(),
  });
}

export function useExpect() {
  return useMutation({
    mutationFn: (entries: EntryName[]) => call(api.expectEntries, { body: { entries } }),
    onSettled: useAskAgain(),
  });
}
