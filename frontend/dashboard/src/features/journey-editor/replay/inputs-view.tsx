import type { Input } from '@wend/contract';
import { ChevronRight } from 'lucide-react';
import { formatTime } from '../runs/format';

const names: Record<Input['type'], string> = {
  enrolled: 'Enrolled', timer: 'Timer fired', event: 'Event arrived', exit: 'Exit criterion met', view: 'Facts were read', callDone: 'The node answered', callFailed: 'The node failed', cancel: 'Ended by hand',
};

/** The recorded inputs of a visit, for those who want to see exactly what was known. */
export function InputsView({ inputs, zone }: { inputs: Input[]; zone: string | null }) {
  return (
    <details className="group border-t border-line pt-4">
      <summary className="flex list-none items-center gap-1 font-semibold [&::-webkit-details-marker]:hidden">
        <ChevronRight size={14} strokeWidth={2} className="transition-transform group-open:rotate-90" aria-hidden />
        What it was decided from
      </summary>
      <ul className="mt-2 space-y-3">
        {inputs.map((input, index) => (
          <li key={index}>
            <p className="flex justify-between gap-2"><span>{names[input.type] ?? input.type}</span><span className="font-mono text-2xs text-muted">{formatTime(input.at, { style: 'day-seconds', zone })}</span></p>
            <pre tabIndex={0} aria-label={`Recorded input: ${names[input.type] ?? input.type}`} className="mt-1 max-h-44 overflow-auto rounded-md bg-canvas p-2 font-mono text-2xs leading-4">{JSON.stringify(shownInput(input), null, 2)}</pre>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Type and time stand above; marks of receipt tell a person nothing. */
function shownInput({ type: _type, at: _at, ...rest }: Input): unknown {
  return JSON.parse(JSON.stringify(rest, (key, value: unknown) => (key === 'mark' ? undefined : value)));
}
