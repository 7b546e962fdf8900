'use client';

import type { Graph, GraphNode } from '@wend/contract';
import { compareGraphs, lineChanges, manifestOf, portsOf } from '@wend/contract/plain';
import { ArrowRightLeft, Minus, Pencil, Plus, Settings2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { useEditor } from '../store/editor-context';
import { journeyChanges, stepChanges, wayChanges } from './change-words';
import type { Mark, ToldChange } from './change-words';

const icon = { size: 14, strokeWidth: 2, 'aria-hidden': true } as const;
/** What marks a step that differs, on the canvas, in lists and in the legend: never by its colour alone. */
export const markIcons: Record<Mark, ReactNode> = {
  added: <Plus {...icon} className="text-good" />,
  removed: <Minus {...icon} className="text-bad" />,
  changed: <Pencil {...icon} className="text-warn" />,
  rewired: <ArrowRightLeft {...icon} className="text-accent" />,
};

type ChangeListProps = {
  before: Graph;
  after: Graph;
  /** Called with the step that is chosen; without it steps cannot be chosen. */
  onGo?: (id: string) => void;
};

/** Everything that differs between two graphs, in words: steps, what in them, and where they lead. */
export function ChangeList({ before, after, onGo }: ChangeListProps) {
  const t = useTranslations('editor-compare');
  const manifests = useEditor((state) => state.manifestMap);
  const changes = useMemo(() => compareGraphs({ before, after }), [before, after]);
  const portName = (node: GraphNode) => (port: string) => {
    const manifest = manifestOf(manifests, node);
    return (manifest && portsOf(manifest, node.config).find((each) => each.id === port)?.label) ?? port;
  };
  const settings = changes.settings.length > 0 ? journeyChanges(t, { before, after }) : [];
  return (
    <ul className="space-y-1" aria-label={t('changes')}>
      {changes.added.map((node) => (
        <Change key={node.id} mark="added" node={node} onGo={onGo} />
      ))}
      {changes.removed.map((node) => (
        <Change key={node.id} mark="removed" node={node} onGo={onGo} />
      ))}
      {changes.changed.map(({ node, before: old }) => (
        <Change key={node.id} mark="changed" node={node} onGo={onGo}>
          <Told changes={stepChanges(t, { node, before: old, manifests })} />
        </Change>
      ))}
      {changes.rewired.map((node) => (
        <Change key={`${node.id}-ways`} mark="rewired" node={node} onGo={onGo}>
          <dl className="space-y-1 text-xs">
            {wayChanges(t, { id: node.id, before, after, portName: portName(node) }).map((way) => (
              <OldAndNew key={way.port} label={way.port} before={way.before} after={way.after} />
            ))}
          </dl>
        </Change>
      ))}
      {settings.length > 0 && (
        <li>
          <details>
            <summary className="flex cursor-pointer items-center gap-2.5 py-1">
              <Settings2 {...icon} className="shrink-0 text-muted" />
              <b className="font-semibold">{t('journeySettings')}</b>{' '}
              <span className="text-muted">{t('mark.changed')}</span>
            </summary>
            <div className="pb-2 pl-6">
              <Told changes={settings} />
            </div>
          </details>
        </li>
      )}
    </ul>
  );
}

type ChangeProps = { mark: Mark; node: GraphNode; onGo?: ((id: string) => void) | undefined; children?: ReactNode };

function Change({ mark, node, onGo, children }: ChangeProps) {
  const t = useTranslations('editor-compare');
  const words = (
    <>
      <span className="shrink-0">{markIcons[mark]}</span>
      <span className="min-w-0 truncate">
        <b className="font-semibold">{node.name || node.type}</b>{' '}
        <span className="text-muted">{t(`mark.${mark}`)}</span>
      </span>
    </>
  );
  const show = onGo && (
    <button
      type="button"
      className="rounded-sm text-xs text-accent hover:underline"
      onClick={() => onGo(node.id)}
      aria-label={t('showStep', { name: node.name || node.type })}
    >
      {t('show')}
    </button>
  );
  if (!children)
    return (
      <li className="flex items-center gap-2.5 py-1">
        {words} {show}
      </li>
    );
  // Beside the summary, not in it: what opens the details can hold nothing else to press.
  return (
    <li className="flex items-start gap-2.5">
      <details className="min-w-0 flex-1">
        <summary className="flex cursor-pointer items-center gap-2.5 py-1">{words}</summary>
        <div className="pb-2 pl-6">{children}</div>
      </details>
      {show && <span className="py-1">{show}</span>}
    </li>
  );
}

function Told({ changes }: { changes: readonly ToldChange[] }) {
  return (
    <dl className="space-y-1.5 text-xs">
      {changes.map((change) =>
        change.lines ? (
          <div key={change.path}>
            <dt className="text-muted">{change.label}</dt>
            <dd>
              <Lines before={change.before} after={change.after} />
            </dd>
          </div>
        ) : (
          <OldAndNew key={change.path} label={change.label} before={change.before} after={change.after} />
        ),
      )}
    </dl>
  );
}

function OldAndNew({ label, before, after }: { label: string; before: string; after: string }) {
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="break-words">
        <del className="text-bad">{before}</del> <span aria-hidden>→</span>{' '}
        <ins className="text-good no-underline">{after}</ins>
      </dd>
    </div>
  );
}

/** Lines around a change that are shown with it. */
const around = 2;

function Lines({ before, after }: { before: string; after: string }) {
  const t = useTranslations('editor-compare');
  const lines = useMemo(() => lineChanges({ before, after }), [before, after]);
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'),
  );
  return (
    <pre className="mt-1 max-h-64 overflow-auto rounded-md border border-line bg-canvas p-2 font-mono text-2xs whitespace-pre-wrap">
      {lines.map(({ kind, text }, index) =>
        shown[index] ? (
          <span
            key={index}
            className={cx('block', kind === 'added' && 'bg-good-soft', kind === 'removed' && 'bg-bad-soft')}
          >
            <span aria-hidden>{{ same: '  ', added: '+ ', removed: '− ' }[kind]}</span>
            {kind !== 'same' && <span className="sr-only">{t(`line.${kind}`)} </span>}
            {text}
          </span>
        ) : shown[index - 1] ? (
          <span key={index} className="block text-muted">
            …
          </span>
        ) : null,
      )}
    </pre>
  );
}
