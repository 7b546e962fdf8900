'use client';

import { isObject, pathKeys } from '@wend/contract/plain';
import type { GraphNode, Json, LearntField, NodeManifest, StepTrial, TriedCall } from '@wend/contract';
import { Check, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { configureNode } from '../store/actions';
import { useEditor, useEditorStore } from '../store/editor-context';
import { keptPaths, withKept } from './keep';

type TrialAnswerProps = { trial: StepTrial; node: GraphNode; manifest: NodeManifest };

/** What a step that was tried asked, what it was told, and what it keeps of that. */
export function TrialAnswer({ trial: { port, output, problem, again, calls }, node, manifest }: TrialAnswerProps) {
  const t = useTranslations('editor-trial.answer');
  return (
    <div className="space-y-4">
      {calls.map((each, index) => (
        <Asked key={index} call={each} node={node} manifest={manifest} />
      ))}
      {port ? <p>{t('goesOn', { port: port.label })}</p> : null}
      {again === null ? null : <p className="text-warn">{t('again', { seconds: again })}</p>}
      {problem === null ? null : <p className="text-bad">{problem}</p>}
      {isObject(output) && Object.keys(output).length > 0 ? (
        <section aria-label={t('kept')}>
          <h3 className="mb-1 font-medium">{t('kept')}</h3>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            {Object.entries(output).map(([name, value]) => (
              <Kept key={name} name={name} value={value ?? null} />
            ))}
          </dl>
        </section>
      ) : null}
    </div>
  );
}

function Kept({ name, value }: { name: string; value: Json }) {
  const t = useTranslations('editor-trial.answer');
  return (
    <>
      <dt className="font-mono text-xs text-muted">{name}</dt>
      <dd className="min-w-0 font-mono text-xs break-words">
        {value === null ? (
          <span className="font-sans text-muted">{t('nothing')}</span>
        ) : typeof value === 'string' ? (
          value
        ) : (
          JSON.stringify(value)
        )}
      </dd>
    </>
  );
}

type AskedProps = { call: TriedCall; node: GraphNode; manifest: NodeManifest };

function Asked({ call: { method, url, status, ms, problem, body, cut, fields }, node, manifest }: AskedProps) {
  const t = useTranslations('editor-trial.answer');
  const fine = status !== null && status >= 200 && status < 300;
  return (
    <section aria-label={t('call')} className="space-y-2">
      <p className="font-mono text-xs break-all">
        {method} {url}
      </p>
      <p className={fine ? 'text-good' : 'text-bad'}>
        {status === null ? t('noAnswer', { problem: problem ?? '' }) : t('status', { status, ms: String(ms) })}
      </p>
      {body === '' ? null : (
        <pre
          tabIndex={0}
          aria-label={t('body')}
          className="max-h-60 overflow-auto rounded-md border border-line bg-canvas p-2 font-mono text-2xs break-words whitespace-pre-wrap"
        >
          {body}
        </pre>
      )}
      {cut ? <p className="text-xs text-muted">{t('cut')}</p> : null}
      {manifest.outputFrom !== undefined && fields.length > 0 ? (
        <Found fields={fields} id={node.id} list={manifest.outputFrom} />
      ) : null}
    </section>
  );
}

/** Places in the answer, each of which can be kept under a name. */
function Found({ fields, id, list }: { fields: readonly LearntField[]; id: string; list: string }) {
  const t = useTranslations('editor-trial.answer');
  const types = useTranslations('events.types');
  const store = useEditorStore();
  const config = useEditor((state) => state.graph.nodes[id]?.config) ?? {};
  const editable = useEditor((state) => state.editable);
  const kept = keptPaths(config[list]);
  return (
    <div>
      <h3 className="mb-1 font-medium">{t('found')}</h3>
      <ul className="max-h-48 divide-y divide-line overflow-y-auto rounded-md border border-line">
        {fields.map(({ path, type }) => (
          <li key={path} className="flex items-center gap-3 px-2 py-1">
            <span className="min-w-0 flex-1 truncate font-mono text-xs" title={path}>
              {path}
            </span>
            <span className="text-xs text-muted">{types(type)}</span>
            {kept.has(path) ? (
              <span className="flex items-center gap-1 text-xs text-good">
                <Check size={14} aria-hidden /> {t('isKept')}
              </span>
            ) : editable ? (
              <Button
                size="sm"
                variant="ghost"
                icon={<Plus size={14} aria-hidden />}
                aria-label={t('keepPath', { path })}
                onClick={() =>
                  configureNode({
                    store,
                    id,
                    config: {
                      ...config,
                      [list]: withKept(config[list], { path, name: pathKeys(path).at(-1) ?? path }),
                    },
                    path: list,
                  })
                }
              >
                {t('keep')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
