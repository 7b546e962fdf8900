/** "Find a person" is pressed in the top bar; the search may be drawn only after the address has changed. */
let wished = false;
let serve: (() => void) | null = null;

/** Puts the cursor into the search, now or as soon as it is there. */
export function askForSearch(): void {
  if (serve) serve();
  else wished = true;
}

/** The search is there: `focus` answers wishes, also one made just before. Returns what takes it back. */
export function onSearchWish(focus: () => void): () => void {
  serve = focus;
  if (wished) focus();
  wished = false;
  return () => {
    if (serve === focus) serve = null;
  };
}
