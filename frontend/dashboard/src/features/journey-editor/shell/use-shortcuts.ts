import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { useToast } from '@/components/ui/toast';
import { redo, removeSelection, selectAll, undo } from '../store/actions';
import { copyText, duplicateSelection, looksCopied, pasteText } from '../store/clipboard';
import type { EditorStore, Layer } from '../store/editor-store';

/**
 * Shortcuts of the whole editor; text fields keep theirs. Copying and pasting use the clipboard's own events, which
 * need no permission.
 */
export function useShortcuts({ store, layer, onHelp }: { store: EditorStore; layer: Layer; onHelp: () => void }): void {
  const t = useTranslations('editor-shell.useShortcuts');
  const toast = useToast();
  const latest = useRef({ layer, onHelp, toast });
  latest.current = { layer, onHelp, toast };
  useEffect(() => {
    const editing = () => latest.current.layer === 'build' && store.getState().editable;
    const onKey = (event: KeyboardEvent) => {
      const history = (event.ctrlKey || event.metaKey) && ['z', 'y'].includes(event.key.toLowerCase());
      if (event.defaultPrevented || (busyElsewhere(event.target) && !(history && inLiquid(event.target)))) return;
      if (event.key === '?') {
        event.preventDefault();
        latest.current.onHelp();
        return;
      }
      if (!(event.ctrlKey || event.metaKey) || event.altKey || !editing()) return;
      const action = shortcutAction(event);
      if (!action) return;
      event.preventDefault();
      action(store);
    };
    const onCopy = (event: ClipboardEvent) => copy({ event, remove: false });
    const onCut = (event: ClipboardEvent) => copy({ event, remove: true });
    const copy = ({ event, remove }: { event: ClipboardEvent; remove: boolean }) => {
      const text = busyElsewhere(event.target) || !getSelection()?.isCollapsed ? null : copyText(store);
      if (text === null || !event.clipboardData) return;
      event.preventDefault();
      event.clipboardData.setData('text/plain', text);
      if (remove && editing()) removeSelection(store);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (busyElsewhere(event.target) || !editing()) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      const refuse = (error: unknown = new Error(t('noSteps'))) => latest.current.toast.fail(t('pasteFailed'), error);
      if (looksCopied(text)) {
        event.preventDefault();
        pasteText({ store, text }).then((count) => {
          if (count === 0) refuse();
        }, refuse);
      } else if (text.trim() !== '') refuse();
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCut);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCut);
      document.removeEventListener('paste', onPaste);
    };
  }, [store]);
}

function shortcutAction(event: KeyboardEvent): ((store: EditorStore) => void) | null {
  switch (event.key.toLowerCase()) {
    case 'z':
      return event.shiftKey ? redo : undo;
    case 'y':
      return redo;
    case 'd':
      return duplicateSelection;
    case 'a':
      return selectAll;
    default:
      return null;
  }
}

/** Liquid fields keep no history of their own: the journey's is theirs. */
function inLiquid(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('.cm-editor') !== null;
}

/** Text fields, and everything that opened over the editor. */
function busyElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]',
    ) !== null
  );
}
