// The desk: a rail with the three places, and the place one is at.
import { Notices } from '../../src/interface/notice';
import { useStore } from '../../src/store';
import { GalleriesScreen } from './galleries/galleries_screen';
import { connected, useLive } from './live';
import { OrdersScreen } from './orders/orders_screen';
import { place } from './router';
import { session } from './session';
import { StudioScreen } from './studio/studio_screen';
import type { Studio } from './types';

export function App() {
  const where = useStore(place);
  const at = useStore(session);
  const there = useStore(connected);
  if (at === 'opening') return null;
  if (at === 'out') return <Out />;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Rail screen={where.screen} />
      <main id="main" tabIndex={-1}>
        {!there && (
          <p class="away" role="status">
            The agent does not answer. This page goes on by itself when it is back.
          </p>
        )}
        {where.screen === 'orders' && <OrdersScreen order={where.order} />}
        {where.screen === 'galleries' && <GalleriesScreen gallery={where.gallery} />}
        {where.screen === 'studio' && <StudioScreen />}
      </main>
      <Notices />
    </>
  );
}

function Rail({ screen }: { screen: string }) {
  const { value } = useLive<Studio>('/api/studio');
  const waiting = value?.orders_to_approve ?? 0;
  const link = (to: string, name: string, tally?: number) => (
    <a href={`/${to}`} aria-current={screen === to ? 'page' : undefined}>
      {name}
      {tally !== undefined && tally > 0 && <span class="tally">{tally}</span>}
    </a>
  );
  return (
    <nav class="rail" aria-label="Desk">
      <span class="rail-name">{value?.studio ?? 'Darkslide'}</span>
      {link('orders', 'Orders', waiting)}
      {link('galleries', 'Galleries')}
      {link('studio', 'Studio')}
    </nav>
  );
}

function Out() {
  return (
    <main class="message" id="main">
      <h1>Come in by the link</h1>
      <p>
        This browser is not at the desk. Start <code>darkslide desk</code> on this computer: it opens the desk here.
      </p>
    </main>
  );
}
