'use client';

import type { Call, CallState, WendClient } from '@wend/web';
import { useEffect, useState } from 'react';

declare global {
  var wend: WendClient | undefined;
}

export type LoggedCall = { call: Call; state: CallState; reason: string | undefined };

const mostLogged = 50;

/**
 * Loads `/wend.js` as any website does, by its address and a write key, and hears what becomes of each call. Null until
 * the script is there.
 */
export function useWend(writeKey: string): { wend: WendClient | null; calls: LoggedCall[]; failed: boolean } {
  const [wend, setWend] = useState<WendClient | null>(null);
  const [calls, setCalls] = useState<LoggedCall[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const onCall = (call: Call, state: CallState, reason?: string): void =>
      setCalls((before) => withCall(before, { call, state, reason }));
    let stop: (() => void) | undefined;
    const begin = (): void => {
      if (!globalThis.wend) return;
      stop = globalThis.wend.onCall(onCall);
      setWend(globalThis.wend);
    };
    if (globalThis.wend) begin();
    else {
      const script = document.createElement('script');
      script.src = '/wend.js';
      script.dataset['writeKey'] = writeKey;
      // Its own part of this origin: the dashboard around it gets no service worker.
      script.dataset['scope'] = '/demo-shop';
      script.addEventListener('load', begin);
      script.addEventListener('error', () => setFailed(true));
      document.head.append(script);
    }
    return () => stop?.();
  }, [writeKey]);
  return { wend, calls, failed };
}

/** The newest first; what is heard again of a call stays in its place. */
function withCall(before: LoggedCall[], heard: LoggedCall): LoggedCall[] {
  const isSame = ({ call }: LoggedCall) => call.messageId === heard.call.messageId;
  if (before.some(isSame)) return before.map((each) => (isSame(each) ? heard : each));
  return [heard, ...before].slice(0, mostLogged);
}
