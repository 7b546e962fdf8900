import type { PublishMoves, PublishPreview } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { RadioGroup } from 'radix-ui';
import { Select } from '@/components/ui/select';
import { NoteList } from './note-list';

type Steps = NonNullable<PublishMoves['steps']>;
type Props = { preview: PublishPreview; moves: PublishMoves; onChange: (moves: PublishMoves) => void };

/** What becomes of the people inside: all of them, and those at steps that change. */
export function PeopleInside({ preview, moves, onChange }: Props) {
  const t = useTranslations('editor-publish.inside');
  const notes = useTranslations('editor-publish.previewNotes');
  const { inside, steps } = preview;
  const blocked = preview.moves.underWay !== null;
  if (inside.people === 0 || preview.status === 'stopped') return null;
  return (
    <section aria-label={t('title')} className="mt-4" data-testid="people-inside">
      <h3 className="mb-1.5 text-xs font-medium text-muted">{t('title')}</h3>
      <RadioGroup.Root
        value={moves.people}
        onValueChange={(people) => onChange({ ...moves, people: people === 'follow' ? 'follow' : 'pinned' })}
        aria-label={t('title')}
        className="grid gap-2 sm:grid-cols-2"
      >
        {(['pinned', 'follow'] as const).map((choice) => (
          <RadioGroup.Item
            key={choice}
            value={choice}
            disabled={blocked && choice === 'follow'}
            aria-labelledby={`inside-${choice}`}
            aria-describedby={`inside-${choice}-hint`}
            className="rounded-lg border border-line bg-surface px-3 py-2 text-left hover:border-accent disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent"
          >
            <span id={`inside-${choice}`} className="block font-medium">
              {t(choice)}
            </span>
            <span id={`inside-${choice}-hint`} className="mt-0.5 block text-xs text-muted">
              {t(`${choice}Hint`)}
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
      {blocked ? <p className="mt-2 text-warn">{t('underWay')}</p> : null}
      {steps.length > 0 ? (
        <div className="mt-3">
          <h4 className="mb-1 text-xs font-medium text-muted">{t('stepsTitle')}</h4>
          <ul className="max-h-64 space-y-2 overflow-y-auto">
            {steps.map((step) => (
              <li key={step.node}>
                <p>{t('step', { name: step.name, people: step.people, change: notes(`change.${step.change}`) })}</p>
                {step.can.move === 0 ? (
                  <p className="text-xs text-muted">{t('busy')}</p>
                ) : (
                  <StepChoice preview={preview} step={step} moves={moves} onChange={onChange} />
                )}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <Outcome preview={preview} />
    </section>
  );
}

type StepChoiceProps = Props & { step: PublishPreview['steps'][number] };

function StepChoice({ preview, step, moves, onChange }: StepChoiceProps) {
  const t = useTranslations('editor-publish.inside');
  const { node, name, can } = step;
  const chosen = moves.steps?.[node];
  const asAll = moves.people === 'follow' && can.follow > 0 ? 'follow' : 'stay';
  const value =
    chosen === undefined ? asAll : 'to' in chosen ? `to ${chosen.to}` : 'follow' in chosen ? 'follow' : 'stay';
  const choose = (next: string) => {
    const { [node]: _, ...others } = moves.steps ?? {};
    // What is as for everybody is not said once more: it goes along with the choice for all.
    const own: Steps =
      next === asAll
        ? {}
        : { [node]: next === 'follow' ? { follow: true } : next === 'stay' ? { stay: true } : { to: next.slice(3) } };
    onChange({ people: moves.people, steps: { ...others, ...own } });
  };
  return (
    <Select
      aria-label={t('where', { name })}
      className="mt-1 w-full"
      disabled={preview.moves.underWay !== null}
      value={value}
      onChange={choose}
      options={[
        { value: 'stay', label: t('stay') },
        {
          value: 'follow',
          label: t('followStep'),
          disabled: can.follow === 0,
          ...(can.follow === 0 ? { hint: t('cannotFollow') } : {}),
        },
        ...preview.moves.targets
          .filter((target) => target.node !== node)
          .map((target) => ({ value: `to ${target.node}`, label: t('moveTo', { name: target.name }) })),
      ]}
    />
  );
}

/** In words and figures what the choices come to. */
function Outcome({ preview: { moves, next } }: { preview: PublishPreview }) {
  const t = useTranslations('editor-publish.inside');
  const follow = moves.steps.some((step) => step.follow);
  const elsewhere = moves.steps.some((step) => !step.follow);
  const late = moves.steps.filter(({ atOnce }) => atOnce > 0);
  return (
    <div className="mt-3 space-y-1" aria-live="polite" data-testid="moves-outcome">
      <p className="font-medium">{t('moved', { people: moves.moved, stays: moves.stays, version: next })}</p>
      {follow ? <p className="text-xs text-muted">{t('rule')}</p> : null}
      {elsewhere ? <p className="text-xs text-muted">{t('ruleTo')}</p> : null}
      {late.map(({ node, name, atOnce }) => (
        <p key={node} className="text-warn">
          {t('atOnce', { name, people: atOnce })}
        </p>
      ))}
      <NoteList
        title={t('left')}
        items={moves.left.map(({ node, name, people, why }) => ({
          key: node,
          words: t('leftOne', { name, people, why: t(`why.${why}`) }),
        }))}
      />
      <NoteList
        title={t('again')}
        items={moves.again.map(({ from, fromName, node, name, people }) => ({
          key: `${from} ${node}`,
          words: t('againOne', { name, from: fromName, people }),
        }))}
      />
      {moves.moved > 0 ? <p className="text-xs text-muted">{t('takeBack')}</p> : null}
    </div>
  );
}
