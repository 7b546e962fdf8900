'use client';

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { liquid } from '@codemirror/lang-liquid';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder as placeholderOf } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import type { LiquidInputProps } from './liquid-input';
import { completeLiquid } from './complete-liquid';
import type { CompleteLiquidOptions } from './complete-liquid';
import type { LiquidWord } from './use-liquid-words';

const colours = HighlightStyle.define([
  { tag: [tags.variableName, tags.propertyName], color: 'var(--color-message)' },
  {
    tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.definitionKeyword],
    color: 'var(--color-decision)',
  },
  { tag: [tags.brace, tags.processingInstruction, tags.bracket], color: 'var(--color-accent)' },
  { tag: [tags.string, tags.attributeValue, tags.number, tags.bool], color: 'var(--color-timing)' },
  { tag: [tags.tagName, tags.angleBracket], color: 'var(--color-action)' },
  { tag: tags.attributeName, color: 'var(--color-muted)' },
  { tag: tags.comment, color: 'var(--color-muted)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--color-ink)', backgroundColor: 'transparent', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--color-ink)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: '19px', maxHeight: '420px' },
  '&.wend-code .cm-scroller': { fontFamily: 'var(--font-mono)', fontSize: '12px' },
  '.cm-placeholder': { color: 'var(--color-muted)' },
  '.cm-cursor': { borderLeftColor: 'var(--color-ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--color-accent) 25%, transparent)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--color-line)',
    borderRadius: '10px',
    background: 'var(--color-raised)',
    boxShadow: 'var(--shadow-over)',
    overflow: 'hidden',
    zIndex: '60',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: '12px',
    maxHeight: '220px',
    padding: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 8px', borderRadius: '6px', lineHeight: '18px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--color-canvas)',
    color: 'var(--color-ink)',
  },
  '.cm-completionDetail': {
    color: 'var(--color-muted)',
    fontStyle: 'normal',
    marginLeft: '10px',
    fontFamily: 'var(--font-sans)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600', color: 'var(--color-accent)' },
  '.cm-completionIcon': { display: 'none' },
});

/** Enter would break what must stay on one line; what is pasted is joined. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const whole = transaction.newDoc.toString().replace(/\s*\r?\n\s*/g, ' ');
  return [
    {
      changes: { from: 0, to: transaction.startState.doc.length, insert: whole },
      selection: { anchor: Math.min(transaction.newSelection.main.head, whole.length) },
    },
  ];
});

type LiquidEditorProps = LiquidInputProps & { words: LiquidWord[]; disabled: boolean };

/**
 * CodeMirror around a string. Loaded lazily. It keeps no history: each change is a step of the journey's own, which
 * Ctrl+Z takes back here too.
 */
export function LiquidEditor(props: LiquidEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const t = useTranslations('editor-form.completeLiquid');
  const latest = useRef({ ...props, t });
  latest.current = { ...props, t };
  const attributes = useRef(new Compartment());
  useEffect(() => {
    if (!host.current) return;
    const many = (latest.current.rows ?? 1) > 1;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          drawSelection(),
          closeBrackets(),
          liquid(),
          syntaxHighlighting(colours),
          look,
          EditorView.lineWrapping,
          keymap.of([
            ...completionKeymap,
            ...closeBracketsKeymap,
            ...(many ? [] : [{ key: 'Enter', run: () => true }]),
          ]),
          autocompletion({ override: [(context) => complete(context, latest.current)], icons: false }),
          placeholderOf(latest.current.placeholder ?? ''),
          ...(latest.current.language === 'html' ? [EditorView.editorAttributes.of({ class: 'wend-code' })] : []),
          ...(many ? [] : [oneLine]),
          attributes.current.of(attributesOf(latest.current)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = created;
    return () => created.destroy();
  }, []);

  useEffect(() => {
    const current = view.current;
    // Undo of the journey, or another choice: the text came from outside.
    if (current && current.state.doc.toString() !== props.value)
      current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: props.value } });
  }, [props.value]);

  const invalid = props['aria-invalid'];
  const described = props['aria-describedby'];
  useEffect(() => {
    view.current?.dispatch({ effects: attributes.current.reconfigure(attributesOf(latest.current)) });
  }, [invalid, described, props.label, props.disabled]);

  return <div ref={host} />;
}

function attributesOf(props: LiquidEditorProps) {
  const invalid = props['aria-invalid'];
  const described = props['aria-describedby'];
  return [
    EditorView.contentAttributes.of({
      id: props.id,
      'aria-label': props.label,
      ...(invalid ? { 'aria-invalid': 'true' } : {}),
      ...(described ? { 'aria-describedby': described } : {}),
      spellcheck: 'true',
    }),
    EditorView.editable.of(!props.disabled),
    EditorState.readOnly.of(props.disabled),
  ];
}

function complete(
  context: CompletionContext,
  { words, t }: Pick<CompleteLiquidOptions, 'words' | 't'>,
): CompletionResult | null {
  const start = Math.max(0, context.pos - 400);
  const found = completeLiquid({ before: context.state.sliceDoc(start, context.pos), words, t });
  if (!found || (found.typed === '' && !context.explicit && !found.opened)) return null;
  return { from: context.pos - found.typed.length, options: found.options, validFor: /^[\w.-]*$/ };
}
