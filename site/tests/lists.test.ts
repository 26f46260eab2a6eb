// Favourite lists: changes that can be made again on what another window left.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FavouriteLists } from '../src/api/types';
import { Keeper } from '../src/keeper';
import { linkIn } from '../src/access_code';
import { addList, removeList, renameList, setMember, setNote } from '../src/lists/lists';
import { HostProblem } from '../src/api/call';

const empty: FavouriteLists = { lists: [], notes: {}, submitted: {}, revision: 0 };
afterEach(() => vi.unstubAllGlobals());

describe('changes of lists', () => {
  it('say the same when made twice', () => {
    const changes = [addList('a', 'Album', ['p1']), setMember('a', 'p2', true), setNote('p1', 'brighter')];
    const once = changes.reduce((now, change) => change(now), empty);
    const twice = changes.reduce((now, change) => change(now), once);
    expect(twice).toEqual(once);
    expect(once.lists[0]?.photos).toEqual(['p1', 'p2']);
  });

  it('leave everything else alone', () => {
    const kept = { ...addList('b', 'B')(addList('a', 'A', ['p1'])(empty)), notes: { p9: 'x' } };
    expect(renameList('a', 'New')(kept).lists.map((l) => l.name)).toEqual(['New', 'B']);
    expect(setMember('a', 'p1', false)(kept).lists[0]?.photos).toEqual([]);
    expect(removeList('a')(kept).lists.map((l) => l.id)).toEqual(['b']);
    expect(setNote('p9', '  ')(kept).notes).toEqual({});
    expect(setNote('p1', 'y')(kept).notes).toEqual({ p9: 'x', p1: 'y' });
  });

  it('are made again when another window was faster', async () => {
    const there = { value: addList('theirs', 'Theirs')(empty) };
    let raced = false;
    const keeper = new Keeper<FavouriteLists>(
      async () => (raced ? there.value : empty),
      async (value) => {
        if (!raced) {
          raced = true;
          throw new HostProblem(409, { code: 'lists_changed', message: '' }, undefined);
        }
        there.value = { ...value, revision: value.revision + 1 };
        return there.value;
      },
      'lists_changed',
    );
    await keeper.change(addList('mine', 'Mine'));
    expect(there.value.lists.map((l) => l.id)).toEqual(['theirs', 'mine']);
    expect(keeper.state.get().error).toBeNull();
  });
});

describe('the fragment', () => {
  it('tells a link from a code', () => {
    expect(linkIn('d.AQAA')).toBe('AQAA');
    expect(linkIn('K7QM-2F9X-TB4D')).toBeNull();
    expect(linkIn('DDDD')).toBeNull();
  });
});
