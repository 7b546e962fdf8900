'use client';

import { useEditor } from '../store/editor-context';

export function BuildPanel() {
  const name = useEditor((state) => state.graph.nodes[state.selection.nodes[0] ?? '']?.name);
  return <div className="p-5">{name ?? 'Journey'}</div>;
}
