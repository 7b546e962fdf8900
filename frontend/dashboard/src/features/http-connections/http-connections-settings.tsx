'use client';

import { api } from '@wend/contract/plain';
import type { HttpConnection } from '@wend/contract';
import { Plug, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useMay } from '@/lib/session';
import { HttpConnectionDialog } from './http-connection-dialog';
import { useHttpConnections } from './use-http-connections';

/** What steps sign in to other systems with. */
export function HttpConnectionsSettings() {
  const t = useTranslations('http-connections.list');
  const found = useHttpConnections();
  const may = useMay(api.addHttpConnection.access);
  const [open, setOpen] = useState<HttpConnection | 'add' | null>(null);
  const items = found.data?.items ?? [];
  const add = may ? (
    <Button variant="primary" icon={<Plus size={16} strokeWidth={2} aria-hidden />} onClick={() => setOpen('add')}>
      {t('add')}
    </Button>
  ) : null;
  return (
    <Section title={t('title')} description={t('detail')} action={items.length > 0 ? add : null}>
      {found.isPending ? <ListSkeleton rows={2} /> : null}
      {found.isError && !found.data ? (
        <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />
      ) : null}
      {found.data && items.length === 0 ? (
        <EmptyState icon={<Plug size={20} strokeWidth={1.75} />} title={t('empty')} actions={add}>
          {t('emptyDetail')}
        </EmptyState>
      ) : null}
      {items.length > 0 ? (
        <Table label={t('title')}>
          <thead>
            <tr>
              <HeadCell>{t('name')}</HeadCell>
              <HeadCell>{t('auth')}</HeadCell>
              <HeadCell className="max-sm:hidden">{t('servers')}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {items.map((connection) => (
              <ConnectionRow key={connection.id} connection={connection} onOpen={may ? setOpen : null} />
            ))}
          </tbody>
        </Table>
      ) : null}
      {open !== null ? (
        <HttpConnectionDialog connection={open === 'add' ? null : open} onClose={() => setOpen(null)} />
      ) : null}
    </Section>
  );
}

type ConnectionRowProps = { connection: HttpConnection; onOpen: ((connection: HttpConnection) => void) | null };

function ConnectionRow({ connection, onOpen }: ConnectionRowProps) {
  const t = useTranslations('http-connections.list');
  const words = useTranslations('http-connections.auth');
  const { name, auth, origins } = connection;
  return (
    <Row className="relative">
      <Cell className="w-full max-w-0 min-w-36">
        {onOpen ? (
          <button
            type="button"
            aria-label={t('open', { name })}
            onClick={() => onOpen(connection)}
            className="block w-full truncate text-left font-semibold after:absolute after:inset-0"
          >
            {name}
          </button>
        ) : (
          <span className="block truncate font-semibold">{name}</span>
        )}
        <span className="block truncate text-xs text-muted sm:hidden">{origins.join(', ')}</span>
      </Cell>
      <Cell className="whitespace-nowrap">{words(auth.kind)}</Cell>
      <Cell className="max-sm:hidden">
        {origins.map((origin) => (
          <span key={origin} className="block font-mono text-xs whitespace-nowrap">
            {origin}
          </span>
        ))}
      </Cell>
    </Row>
  );
}
