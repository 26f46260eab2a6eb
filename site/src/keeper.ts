// Something of the visitor's that the host keeps with a revision, changed here first so that it feels
// immediate. A change is a function of the value, so when another tab or device was faster it is made
// again on what they left.
import { HostProblem } from './api/call';
import { store, type Store } from './store';

export interface Kept<V> {
  /** Null until the host has answered. */
  value: V | null;
  saving: boolean;
  error: unknown;
}

export type Change<V> = (value: V) => V;

export class Keeper<V> {
  readonly state: Store<Kept<V>> = store<Kept<V>>({ value: null, saving: false, error: null });
  private known: V | null = null;
  private waiting: Change<V>[] = [];
  private running: Promise<void> | null = null;

  constructor(
    private readonly read: () => Promise<V>,
    private readonly put: (value: V) => Promise<V>,
    /** What the host says when another was faster. */
    private readonly conflict: string,
  ) {}

  async load(): Promise<void> {
    if (this.known !== null || this.running !== null) return this.running ?? undefined;
    return this.run();
  }

  /** Resolves when the host has it (or has said no: then `state.error` says why). */
  change(change: Change<V>): Promise<void> {
    this.waiting.push(change);
    this.show();
    return this.run();
  }

  /** What the host answered to something else than a change. */
  told(value: V): void {
    this.known = value;
    this.show();
  }

  retry(): Promise<void> {
    return this.run();
  }

  private run(): Promise<void> {
    this.running ??= this.work().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async work(): Promise<void> {
    this.state.set({ ...this.state.get(), saving: true, error: null });
    try {
      this.known ??= await this.read();
      while (this.waiting.length > 0) {
        const changes = this.waiting.length;
        const value = this.applied(this.known);
        try {
          this.known = await this.put(value);
        } catch (error) {
          if (!(error instanceof HostProblem) || error.code !== this.conflict) throw error;
          this.known = await this.read();
          continue;
        }
        this.waiting.splice(0, changes);
      }
      this.state.set({ value: this.known, saving: false, error: null });
    } catch (error) {
      // A no of the host would be said again and again: the change is given up, and shown as such.
      if (error instanceof HostProblem && error.status < 500 && error.status !== 429 && error.status !== 401) {
        this.waiting = [];
      }
      this.state.set({ ...this.state.get(), saving: false, error });
      this.show();
    }
  }

  private applied(value: V): V {
    return this.waiting.reduce((now, change) => change(now), value);
  }

  private show(): void {
    if (this.known !== null) this.state.set({ ...this.state.get(), value: this.applied(this.known) });
  }
}
