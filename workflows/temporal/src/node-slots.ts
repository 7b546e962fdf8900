import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';

/** Calls of custom nodes that a worker takes on at once. */
const quick = 50;
/** A call that takes longer mostly waits for somebody else: it costs some memory and no work. */
const longMs = 1_000;
/** With those that take long. */
const all = 2_000;

type Slot = SlotPermit & { isLong: boolean; timer: NodeJS.Timeout | undefined };
type Waiting = { give: (slot: Slot) => void };

/**
 * Slots of custom nodes: as many at once as the machine can work on, and those that only wait on top, so that a node
 * type whose calls hang keeps nobody else's from being made.
 */
export class NodeSlots implements CustomSlotSupplier<ActivitySlotInfo> {
  readonly type = 'custom';
  private readonly waiting: Waiting[] = [];
  private working = 0;
  private long = 0;

  constructor(private readonly limits: { quick: number; longMs: number; all: number } = { quick, longMs, all }) {}

  reserveSlot(_context: unknown, signal: AbortSignal): Promise<SlotPermit> {
    const slot = this.tryReserveSlot();
    if (slot) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        give: (given) => {
          signal.removeEventListener('abort', stop);
          resolve(given);
        },
      };
      signal.addEventListener('abort', stop);
      this.waiting.push(waiting);
    });
  }

  tryReserveSlot(): SlotPermit | null {
    if (this.working >= this.limits.quick || this.working + this.long >= this.limits.all) return null;
    this.working += 1;
    return { isLong: false, timer: undefined } satisfies Slot;
  }

  markSlotUsed({ permit }: { permit: SlotPermit }): void {
    const slot = permit as Slot;
    slot.timer = setTimeout(() => {
      slot.isLong = true;
      this.working -= 1;
      this.long += 1;
      this.giveFree();
    }, this.limits.longMs).unref();
  }

  releaseSlot({ permit }: { permit: SlotPermit }): void {
    const slot = permit as Slot;
    clearTimeout(slot.timer);
    if (slot.isLong) this.long -= 1;
    else this.working -= 1;
    this.giveFree();
  }

  private giveFree(): void {
    while (this.waiting.length > 0) {
      const slot = this.tryReserveSlot();
      if (!slot) return;
      this.waiting.shift()!.give(slot as Slot);
    }
  }
}
