// Which screen is shown, and what stays on every screen.
import { useEffect, useState } from 'preact/hooks';
import { GalleryScreen } from './gallery/gallery_screen';
import { lazy } from './interface/lazy';
import { Message } from './interface/message';
import { Notices } from './interface/notice';
import { t } from './language';
import { OpenScreen } from './open/open_screen';
import { place } from './router';
import { useStore } from './store';

const CartScreen = lazy(async () => (await import('./shop/cart_screen')).CartScreen);
const CheckoutScreen = lazy(async () => (await import('./checkout/checkout_screen')).CheckoutScreen);
const OrderScreen = lazy(async () => (await import('./order/order_screen')).OrderScreen);
const FindScreen = lazy(async () => (await import('./order/find_screen')).FindScreen);

export function App() {
  return (
    <>
      <Screen />
      <Offline />
      <Notices />
    </>
  );
}

function Screen() {
  const { route } = useStore(place);
  switch (route.screen) {
    case 'open':
      return <OpenScreen />;
    case 'gallery':
      return <GalleryScreen key={route.gallery} gallery={route.gallery} photo={route.photo} />;
    case 'cart':
      return <CartScreen key={route.gallery} gallery={route.gallery} />;
    case 'checkout':
      return <CheckoutScreen key={route.gallery} gallery={route.gallery} />;
    case 'order':
      return <OrderScreen key={route.secret} secret={route.secret} />;
    case 'find':
      return <FindScreen />;
    case 'missing':
      return (
        <main>
          <Message title={t('app.missing.title')} text={t('app.missing.text')}>
            <a class="button" href="/">
              {t('app.missing.action')}
            </a>
          </Message>
        </main>
      );
  }
}

function Offline() {
  const [offline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const check = () => setOffline(!navigator.onLine);
    addEventListener('online', check);
    addEventListener('offline', check);
    return () => {
      removeEventListener('online', check);
      removeEventListener('offline', check);
    };
  }, []);
  return (
    <div role="status" class="offline-place">
      {offline && <p class="offline">{t('app.offline')}</p>}
    </div>
  );
}
