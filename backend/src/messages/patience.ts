/**
 * Time that waiting for a place took is not missing when the message is on its way: to give up then leaves nobody
 * knowing.
 */
export class Patience {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.timer = setTimeout(
      () => this.controller.abort(new DOMException('The provider took too long.', 'TimeoutError')),
      ms,
    ).unref();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  renew(): void {
    if (!this.signal.aborted) this.timer.refresh();
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
