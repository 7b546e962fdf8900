/**
 * Which editors of the same journey are open in this browser. Each has a name; they greet one another over a broadcast
 * channel, so that none takes the unsaved changes of one that is still open, and each can say that it is not alone.
 */
type Greeting = { kind: 'hello' | 'here' | 'bye'; tab: string };
type Channel = Pick<BroadcastChannel, 'postMessage' | 'close'> & { onmessage: ((event: MessageEvent) => void) | null };

/**
 * How long an open editor may take to answer, in ms. One that is frozen does not: its changes are then offered
 * elsewhere, and kept here too.
 */
const answerWithin = 250;

type JoinTabsOptions = {
  journeyId: string;
  tab: string;
  onChange: (others: ReadonlySet<string>) => void;
  channel?: Channel | null;
  within?: number;
};

export function joinTabs({
  journeyId,
  tab,
  onChange,
  channel = openChannel(journeyId),
  within = answerWithin,
}: JoinTabsOptions) {
  const others = new Set<string>();
  let left = false;
  const tell = (kind: Greeting['kind']) => channel?.postMessage({ kind, tab } satisfies Greeting);
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Greeting>) => {
      const before = others.size;
      if (data.kind === 'bye') others.delete(data.tab);
      else others.add(data.tab);
      if (data.kind === 'hello') tell('here');
      if (others.size !== before) onChange(new Set(others));
    };
  }
  tell('hello');
  const answered = new Promise<void>((resolve) => {
    setTimeout(resolve, channel ? within : 0);
  });
  return {
    /** The editors that are open besides this one, once all had the time to answer. */
    open: async (): Promise<ReadonlySet<string>> => {
      await answered;
      return new Set(others);
    },
    /** Asks anew who is there: one that crashed has said no goodbye. */
    ask: (): void => {
      if (left) return;
      others.clear();
      onChange(new Set());
      tell('hello');
    },
    leave: (): void => {
      if (left) return;
      left = true;
      tell('bye');
      channel?.close();
    },
  };
}

function openChannel(journeyId: string): Channel | null {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`wend-editor:${journeyId}`);
}
