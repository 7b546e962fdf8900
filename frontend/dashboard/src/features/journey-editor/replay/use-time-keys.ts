import { useEffect, useRef } from 'react';

/** Where the arrows mean something else. */
const theirOwn =
  'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"], [role="combobox"], [role="slider"], [role="radiogroup"], [role="group"], [role="tablist"], [role="radio"]';

/**
 * ← and → go along the time line wherever the focus is: nothing has to be clicked first. Up and down stay with the
 * cards.
 */
export function useTimeKeys(actions: { back: () => void; on: () => void }): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    // Before the canvas, whose cards the arrows choose in the other layers.
    const onKey = (event: KeyboardEvent) => {
      if (
        event.altKey ||
        event.ctrlKey ||
        event.metaKey ||
        event.shiftKey ||
        !['ArrowLeft', 'ArrowRight'].includes(event.key)
      )
        return;
      if (event.target instanceof Element && event.target.closest(theirOwn)) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current[event.key === 'ArrowLeft' ? 'back' : 'on']();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, []);
}
