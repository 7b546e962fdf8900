import { CircleAlert, CircleCheck, CircleHelp } from 'lucide-react';
import type { Proof } from './fold-again';

/** What folding the recorded inputs again came to. */
export function ProofView({ proof, programHash }: { proof: Proof; programHash: string }) {
  if (proof.kind === 'unavailable') return <p className="flex gap-2 rounded-lg bg-canvas p-3 text-muted"><CircleHelp size={16} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />{proof.reason}</p>;
  const inputs = `${proof.inputs} recorded ${proof.inputs === 1 ? 'input' : 'inputs'}`;
  if (proof.kind === 'matches') {
    return (
      <p className="flex gap-2 rounded-lg bg-canvas p-3 text-good tabular-nums" title={`Program ${programHash}`}>
        <CircleCheck size={16} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
        {`Folded again from ${inputs}: ${proof.decisions} ${proof.decisions === 1 ? 'decision matches' : 'decisions match'}.`}
      </p>
    );
  }
  return (
    <div className="rounded-lg bg-bad-soft p-3 text-bad">
      <p className="flex gap-2"><CircleAlert size={16} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />{`Folded again from ${inputs}: ${proof.differences.length} of ${proof.decisions + proof.differences.length} decisions differ.`}</p>
      <ul className="mt-2 space-y-2 text-xs text-ink">
        {proof.differences.slice(0, 5).map((each) => (
          <li key={each.what}><b className="font-semibold">{each.what}</b><span className="block font-mono text-2xs break-all">recorded {each.recorded}</span><span className="block font-mono text-2xs break-all">folded {each.folded}</span></li>
        ))}
      </ul>
    </div>
  );
}
