'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { DomainCheckItem } from '@wend/contract';
import { CircleAlert, CircleCheck, CircleHelp, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import type { Tone } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/code-block';
import { FormError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { PanelHead } from './panel-head';

const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;
const looks: Record<DomainCheckItem['state'], { tone: Tone; color: string; icon: ReactNode }> = {
  ok: { tone: 'good', color: 'text-good', icon: <CircleCheck {...icon} /> },
  warning: { tone: 'warn', color: 'text-warn', icon: <TriangleAlert {...icon} /> },
  error: { tone: 'bad', color: 'text-bad', icon: <CircleAlert {...icon} /> },
  unknown: { tone: 'neutral', color: 'text-muted', icon: <CircleHelp {...icon} /> },
};

type DnsCheckProps = {
  /** The connection that sends for the domain: its key, server and bounce domain are looked for. */
  connectionId: string;
  /** What is asked about at first; a domain or an address. */
  domain: string;
};

/** What DNS says about a sending domain, and what to put there. */
export function DnsCheck({ connectionId, domain: given }: DnsCheckProps) {
  const t = useTranslations('sending.dns');
  const [domain, setDomain] = useState(given);
  const check = useMutation({
    mutationFn: () => call(api.checkDomain, { query: { domain: domain.trim(), connectionId } }),
  });
  return (
    <section aria-label={t('title')} className="border-t border-line p-4">
      <PanelHead title={t('title')} detail={t('detail')} />
      <form
        noValidate
        className="mt-3 flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate();
        }}
      >
        <Input
          aria-label={t('domain')}
          placeholder={t('domainExample')}
          className="max-w-64"
          value={domain}
          onChange={(event) => setDomain(event.target.value)}
        />
        <Button type="submit" busy={check.isPending} disabled={domain.trim() === ''}>
          {t('check')}
        </Button>
      </form>
      <FormError error={check.error} className="mt-3" />
      <div role="status">
        {check.data ? (
          <>
            <ul className="mt-3 divide-y divide-line rounded-md border border-line">
              {check.data.items.map((item) => (
                <Item key={item.check} item={item} />
              ))}
            </ul>
            <p className="mt-2 text-xs text-muted">
              {t.rich('checkedAt', { time: () => <RelativeTime at={check.data.checkedAt} /> })}
            </p>
          </>
        ) : null}
      </div>
    </section>
  );
}

function Item({ item }: { item: DomainCheckItem }) {
  const t = useTranslations('sending.dns');
  const look = looks[item.state];
  return (
    <li className="flex gap-3 px-3 py-2.5">
      <span className={cx('mt-0.5', look.color)}>{look.icon}</span>
      <div className="min-w-0 flex-1 space-y-1.5">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-semibold">{t(`checks.${item.check}`)}</span>
          <span className="flex-1 text-xs text-muted">{t(`about.${item.check}`)}</span>
          <Badge tone={look.tone}>{t(`states.${item.state}`)}</Badge>
        </p>
        {item.problems.map((problem) => (
          <p key={problem} className="break-words">
            {problem}
          </p>
        ))}
        {item.found.map((found) => (
          <p key={found} className="font-mono text-xs break-all text-muted">
            {found}
          </p>
        ))}
        {item.record ? <RecordToAdd item={item} record={item.record} /> : null}
      </div>
    </li>
  );
}

type RecordToAddProps = { item: DomainCheckItem; record: NonNullable<DomainCheckItem['record']> };

function RecordToAdd({ item, record }: RecordToAddProps) {
  const t = useTranslations('sending.dns');
  return (
    <div className="rounded-md border border-line bg-canvas px-3 py-2">
      <p className="mb-1 font-medium">{item.found.length === 0 ? t('put') : t('replace')}</p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 text-xs">
        <dt className="text-muted">{t('type')}</dt>
        <dd className="col-span-2">{record.type}</dd>
        <dt className="text-muted">{t('host')}</dt>
        <dd className="font-mono break-all">{record.host}</dd>
        <dd>
          <CopyButton text={record.host} label={t('copyHost')} />
        </dd>
        <dt className="text-muted">{t('value')}</dt>
        <dd className="font-mono break-all">{record.value}</dd>
        <dd>
          <CopyButton text={record.value} label={t('copyValue')} />
        </dd>
      </dl>
    </div>
  );
}
