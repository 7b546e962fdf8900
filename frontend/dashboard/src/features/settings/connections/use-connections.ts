'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Channel, ConnectionRule, JsonObject } from '@wend/contract';
import { channelsKey } from '@/features/messages/channels';
import { call } from '@/lib/api-client';

const key = ['connections'] as const;

/** What is set up, and what can be. */
export function useConnections() {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.connections, { signal }) });
}

/** A channel's way changes with its connection. */
function useRefresh() {
  const client = useQueryClient();
  return () =>
    Promise.all([client.invalidateQueries({ queryKey: key }), client.invalidateQueries({ queryKey: channelsKey })]);
}

/** Changes a connection, or adds one of this kind where `id` is null. */
export function useSaveConnection({ kind, id }: { kind: string; id: string | null }) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (settings: JsonObject) =>
      id === null
        ? call(api.addConnection, { body: { kind, settings } })
        : call(api.saveConnection, { params: { id }, body: { settings } }),
    onSuccess: refresh,
  });
}

/** Which messages go by it, whether it is on, and how fast. */
export function useRouteConnection(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { enabled: boolean; rule: ConnectionRule | null; ratePerSecond: number | null }) =>
      call(api.saveConnection, { params: { id }, body }),
    onSuccess: refresh,
  });
}

export function useOrderConnections(channel: Channel) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (ids: string[]) => call(api.orderConnections, { params: { channel }, body: { ids } }),
    // Also when others have changed them meanwhile.
    onSettled: refresh,
  });
}

export function useRotateConnection(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { secrets: Record<string, string>; keepOldHours: number }) =>
      call(api.rotateConnection, { params: { id }, body }),
    onSuccess: refresh,
  });
}

export function useTestConnection(id: string) {
  return useMutation({ mutationFn: () => call(api.testConnection, { params: { id } }) });
}

export function useRemoveConnection(id: string) {
  const refresh = useRefresh();
  return useMutation({ mutationFn: () => call(api.removeConnection, { params: { id } }), onSuccess: refresh });
}
