import type { Connection, Edge, FinalConnectionState, IsValidConnection } from '@xyflow/react';
import { useReactFlow } from '@xyflow/react';
import { useToast } from '@/components/ui/toast';
import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import type { RefObject } from 'react';
import { connectNodes, mayConnect, reconnectEdge } from '../store/actions';
import { useEditorStore } from '../store/editor-context';
import { cardWidth } from './geometry';

/**
 * Connecting by dragging: from a port onto a card (anywhere on it), or into the open, which offers node types to put
 * there.
 */
export function useConnecting({ frame, editable }: { frame: RefObject<HTMLDivElement | null>; editable: boolean }) {
  const t = useTranslations('editor-canvas.useConnecting');
  const store = useEditorStore();
  const flow = useReactFlow();
  const toast = useToast();
  const explain = useCallback(
    (reason: string | null) => {
      if (reason) toast.fail(t('failed'), new Error(reason));
    },
    [toast],
  );

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      if (editable && sourceHandle) connectNodes({ store, from: source, port: sourceHandle, to: target });
    },
    [store, editable],
  );
  const onReconnect = useCallback(
    (old: Edge, { source, sourceHandle, target }: Connection) => {
      if (editable && sourceHandle)
        reconnectEdge({ store, edgeId: old.id, from: source, port: sourceHandle, to: target });
    },
    [store, editable],
  );
  const isValidConnection = useCallback<IsValidConnection>(
    ({ source, sourceHandle, target }) =>
      Boolean(sourceHandle) && mayConnect({ store, from: source, port: sourceHandle ?? '', to: target }),
    [store],
  );
  const onConnectStart = useCallback(() => frame.current?.setAttribute('data-connecting', ''), [frame]);
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      frame.current?.removeAttribute('data-connecting');
      if (!editable || state.isValid || !state.fromNode || !state.fromHandle?.id || state.fromHandle.type !== 'source')
        return;
      const point = 'clientX' in event ? event : event.changedTouches[0];
      if (!point) return;
      const from = { nodeId: state.fromNode.id, port: state.fromHandle.id };
      const under = document.elementFromPoint(point.clientX, point.clientY);
      const card = under?.closest('.react-flow__node')?.getAttribute('data-id');
      if (card && card !== from.nodeId) explain(connectNodes({ store, from: from.nodeId, port: from.port, to: card }));
      else if (under?.closest('.react-flow__pane')) {
        const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY });
        store.setState({
          picker: {
            x: point.clientX,
            y: point.clientY,
            target: { kind: 'port', ...from, position: { x: at.x - cardWidth / 2, y: at.y } },
          },
        });
      }
    },
    [store, editable, flow, frame, explain],
  );

  return useMemo(
    () => ({ onConnect, onReconnect, isValidConnection, onConnectStart, onConnectEnd }),
    [onConnect, onReconnect, isValidConnection, onConnectStart, onConnectEnd],
  );
}
