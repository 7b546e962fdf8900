import { CircleAlert, CircleCheck, CircleHelp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Proof } from './fold-again';

/** What folding the recorded inputs again came to. */
export function ProofView({ proof, programHash }: { proof: Proof; programHash: string }) {
  const t = useTranslations('editor-replay.proofView');
  if (proof.kind === 'unavailable')
    return (
      <p className="flex gap-2 rounded-lg bg-canvas p-3 text-muted">
        <CircleHelp size={16} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
        {t(`unavailable.${proof.reason.why}`, 'format' in proof.reason ? { format: proof.reason.format } : {})}
      </p>
    );
  if (proof.kind === 'matches') {
    return (
      <p className="flex gap-2 rounded-lg bg-canvas p-3 text-good tabular-nums" title={t('program', { programHash })}>
        <CircleCheck size={16} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
        {t('matches', { inputs: proof.inputs, decisions: proof.decisions })}
      </p>
    );
  }
  return (
    <div className="rounded-lg bg-bad-soft p-3 text-bad">
      <p className="flex gap-2">
        <CircleAlert size={16} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
        {t('differs', {
          inputs: proof.inputs,
          count: proof.differences.length,
          total: proof.decisions + proof.differences.length,
        })}
      </p>
      <ul className="mt-2 space-y-2 text-xs text-ink">
        {proof.differences.slice(0, 5).map((each) => (
          <li key={`${each.what.kind} ${each.what.node}`}>
            <b className="font-semibold">{t(`decision.${each.what.kind}`, { step: each.what.node })}</b>
            <span className="block font-mono text-2xs break-all">
              {each.recorded === null ? t('notRecorded') : t('recorded', { value: each.recorded })}
            </span>
            <span className="block font-mono text-2xs break-all">
              {each.folded === null ? t('notDecided') : t('replayed', { value: each.folded })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
