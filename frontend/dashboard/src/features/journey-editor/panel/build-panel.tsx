'use client';

import dynamic from 'next/dynamic';
import { useEffect, useRef } from 'react';
import { whenIdle } from '@/lib/when-idle';
import { useEditor } from '../store/editor-context';
import { JourneyPanel } from './journey-panel';
import { SelectionPanel } from './selection-panel';

const loadNodePanel = () => import('./node-panel').then((module) => module.NodePanel);
/** The form's editors are loaded once the journey is shown, so that it is shown sooner. */
const untilShown = 1_000;
const NodePanel = dynamic(loadNodePanel);

/** The right panel in Build: the selected node's settings, or the journey's when nothing is selected. */
export function BuildPanel() {
  const nodes = useEditor((state) => state.selection.nodes);
  const edges = useEditor((state) => state.selection.edges);
  const only = nodes.length === 1 ? nodes[0] : undefined;
  const exists = useEditor((state) => only !== undefined && state.graph.nodes[only] !== undefined);
  useFieldFocus();
  useEffect(() => whenIdle({ work: () => void loadNodePanel(), after: untilShown }), []);
  if (only !== undefined && exists) return <NodePanel key={only} id={only} />;
  if (nodes.length > 1 || edges.length > 0) return <SelectionPanel />;
  return <JourneyPanel />;
}

const longestWait = 3_000;

/** Scrolls to the field that somebody asked for (a problem, Enter on a card) and puts the cursor there. */
function useFieldFocus(): void {
  const wish = useEditor((state) => state.fieldFocus);
  const done = useRef(0);
  useEffect(() => {
    if (!wish || wish.at === done.current) return;
    // The panel of another node is drawn first; its editors load lazily, over a slow line long after.
    const giveUp = wish.at + longestWait;
    let timer = setTimeout(function attempt() {
      if (!focusField(wish.path) && Date.now() < giveUp) timer = setTimeout(attempt, 60);
      else done.current = wish.at;
    }, 60);
    return () => clearTimeout(timer);
  }, [wish]);
}

/** Whether the field was there to take the cursor. */
function focusField(path: string | null): boolean {
  const panel = document.querySelector('[data-testid="side-panel"]');
  let row: Element | null = null;
  for (
    let key = path;
    key && !row;
    key = key.replace(/(\.[^.[]+|\[\d+\])$/, '') === key ? '' : key.replace(/(\.[^.[]+|\[\d+\])$/, '')
  )
    row = panel?.querySelector(`[data-field="${CSS.escape(key)}"]`) ?? null;
  row?.closest('details')?.setAttribute('open', '');
  const control = (row ?? panel?.querySelector('[data-field]') ?? panel)?.querySelector<HTMLElement>(
    'input:not([type=hidden]), textarea, [contenteditable="true"], [role="combobox"], [role="switch"], button',
  );
  (row ?? control)?.scrollIntoView({ block: 'nearest' });
  control?.focus({ preventScroll: true });
  return control !== null && control !== undefined;
}
