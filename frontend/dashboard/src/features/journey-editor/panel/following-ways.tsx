import { portsOf } from '@wend/contract/plain';
import type { NodeManifest } from '@wend/contract';
import { CornerDownRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEditor, useEditorShallow } from '../store/editor-context';

/** Says where people go by ways out that nothing is connected to and that do not end the journey. */
export function FollowingWays({ id, manifest }: { id: string; manifest: NodeManifest }) {
  const t = useTranslations('editor-panel.followingWays');
  const connected = useEditorShallow((state) =>
    state.graph.edges.filter((edge) => edge.from === id).map((edge) => edge.port),
  );
  const config = useEditor((state) => state.graph.nodes[id]?.config);
  const ways = portsOf(manifest, config ?? {});
  return (
    manifest.ports.fixed
      // A way out that is switched off is not there.
      .filter((port) => ways.some((way) => way.id === port.id))
      .filter((port) => port.follows !== undefined && !connected.includes(port.id))
      .map((port) => (
        <p key={port.id} className="flex gap-2 text-xs text-muted" data-testid={`follows-${port.id}`}>
          <CornerDownRight size={14} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
          <span>
            {t.rich('continues', {
              path: port.label,
              b: (chunks) => <b className="font-medium text-ink">{chunks}</b>,
              other: ways.find((other) => other.id === port.follows)?.label ?? '',
            })}
          </span>
        </p>
      ))
  );
}
