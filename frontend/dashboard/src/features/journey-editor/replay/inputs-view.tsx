import { shownJson } from '@wend/contract/plain';
import type { StepInput } from '@wend/contract';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { formatTime, hoverTime } from '../runs/format';

/** The recorded inputs of a visit, for those who want to see exactly what was known. */
export function InputsView({ inputs, their }: { inputs: StepInput[]; their: string | null }) {
  const t = useTranslations('editor-replay.inputsView');
  const time = useTranslations('common.time');
  return (
    <details className="group border-t border-line pt-4">
      <summary className="flex list-none items-center gap-1 font-semibold [&::-webkit-details-marker]:hidden">
        <ChevronRight size={14} strokeWidth={2} className="transition-transform group-open:rotate-90" aria-hidden />
        {t('title')}
      </summary>
      <ul className="mt-2 space-y-3">
        {inputs.map((input, index) => (
          <li key={index}>
            <p className="flex justify-between gap-2">
              <span>{t(`kinds.${input.type}`)}</span>
              <span className="font-mono text-2xs text-muted" title={hoverTime(time, { at: input.at, their })}>
                {formatTime(input.at, { style: 'day-seconds' })}
              </span>
            </p>
            <pre
              tabIndex={0}
              aria-label={t('input', { kind: t(`kinds.${input.type}`) })}
              className="mt-1 max-h-44 overflow-auto rounded-md bg-canvas p-2 font-mono text-2xs leading-4"
            >
              {JSON.stringify(shownInput(input), null, 2)}
            </pre>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Type and time stand above; marks of receipt tell a person nothing, and secrets are nobody's to read. */
function shownInput({ type: _type, at: _at, ...rest }: StepInput): unknown {
  return JSON.parse(shownJson(rest), (key, value: unknown) => (key === 'mark' ? undefined : value));
}
