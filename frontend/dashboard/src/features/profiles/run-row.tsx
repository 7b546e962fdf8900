import type { EnrollmentSummary } from '@wend/contract';
import { Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { RunStatusBadge } from '@/components/ui/status-badge';

/** One run of a person; opens its replay on the canvas. */
export function RunRow({ run }: { run: EnrollmentSummary }) {
  const t = useTranslations('profiles.runRow');
  return (
    <div className="relative flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-4 py-2.5 last:border-b-0 hover:bg-bg">
      <div className="min-w-48 flex-1">
        <Link
          href={`/journeys/${run.journeyId}?layer=replay&run=${run.id}`}
          className="block truncate font-semibold after:absolute after:inset-0"
        >
          {run.journeyName}
        </Link>
        <p className="truncate text-xs text-muted">
          {t.rich('entered', {
            version: run.version,
            time: () => <RelativeTime at={run.enteredAt} zone={run.profile.timeZone} className="relative z-10" />,
          })}
          {run.endReason ? ` · ${run.endReason}` : ''}
        </p>
      </div>
      {run.origin === 'test' ? <Badge>{t('testRun')}</Badge> : null}
      {run.control ? <Badge>{t('control')}</Badge> : null}
      {run.goals.map((goal) => (
        <Badge key={goal} tone="good">
          {t('goal', { goal })}
        </Badge>
      ))}
      {run.held ? <Badge tone="warn">{t('held')}</Badge> : null}
      <RunStatusBadge status={run.status} />
      <span className="flex items-center gap-1 text-xs font-medium text-accent max-sm:hidden" aria-hidden>
        <Play size={12} />
        {t('replay')}
      </span>
    </div>
  );
}
