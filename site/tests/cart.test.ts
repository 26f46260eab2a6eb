// The cart: nothing lost when another window was faster, or the network away.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cart, CartLine } from '../src/api/types';
import { CartKeeper, addLine, pieces, removeLines, setQuantity } from '../src/shop/cart';

const line = (id: string, quantity = 1): CartLine => ({ id, product: '4x6', quantity, nodes: [] });

/** A host that keeps one cart, and can be away or lose its answers. */
function host() {
  const state = { cart: { lines: [], revision: 0 } as Cart, away: false, loseAnswers: 0, puts: 0 };
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    if (state.away) throw new TypeError('no network');
    const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
    if (init.method !== 'PUT') return answer(200, state.cart);
    state.puts += 1;
    const body = JSON.parse(String(init.body)) as Cart;
    if (body.revision !== state.cart.revision) return answer(409, { code: 'cart_changed', message: '' });
    state.cart = { lines: body.lines, revision: body.revision + 1 };
    if (state.loseAnswers > 0) {
      state.loseAnswers -= 1;
      throw new TypeError('the answer was lost');
    }
    return answer(200, state.cart);
  });
  return state;
}

afterEach(() => vi.unstubAllGlobals());

describe('the cart', () => {
  it('shows a change at once and keeps it on the host', async () => {
    const there = host();
    const keeper = new CartKeeper('gal_x');
    await keeper.load();
    const saved = keeper.change(addLine(line('a', 2)));
    expect(pieces(keeper.state.get().lines ?? [])).toBe(2);
    await saved;
    expect(there.cart.lines).toEqual([line('a', 2)]);
  });

  it('makes its change again on what another window left', async () => {
    const there = host();
    const keeper = new CartKeeper('gal_x');
    await keeper.load();
    there.cart = { lines: [line('theirs')], revision: 7 };
    await keeper.change(addLine(line('mine')));
    expect(there.cart.lines.map((l) => l.id)).toEqual(['theirs', 'mine']);
    expect(keeper.state.get().error).toBeNull();
  });

  it('adds a line once although the answer was lost', async () => {
    const there = host();
    const keeper = new CartKeeper('gal_x');
    await keeper.load();
    there.loseAnswers = 1;
    await keeper.change(addLine(line('a')));
    expect(there.cart.lines.map((l) => l.id)).toEqual(['a']);
    expect(keeper.state.get().lines?.map((l) => l.id)).toEqual(['a']);
  });

  it('keeps what could not be sent, and sends it when asked again', async () => {
    const there = host();
    const keeper = new CartKeeper('gal_x');
    await keeper.load();
    there.away = true;
    await keeper.change(addLine(line('a')));
    await keeper.change(setQuantity('a', 3));
    expect(keeper.state.get().error).not.toBeNull();
    expect(pieces(keeper.state.get().lines ?? [])).toBe(3);
    there.away = false;
    await keeper.retry();
    expect(there.cart.lines).toEqual([line('a', 3)]);
    expect(keeper.state.get().error).toBeNull();
  }, 20_000);

  it('sends changes made while one is under way', async () => {
    const there = host();
    const keeper = new CartKeeper('gal_x');
    await Promise.all([
      keeper.change(addLine(line('a'))),
      keeper.change(addLine(line('b'))),
      keeper.change(removeLines(['a'])),
      keeper.change(addLine(line('c'))),
    ]);
    expect(there.cart.lines.map((l) => l.id)).toEqual(['b', 'c']);
  });
});
