// The end of the page: orders of this device, another code, and forgetting it all.
import { useState } from 'preact/hooks';
import type { GalleryView } from '../api/types';
import { Confirm } from '../interface/dialog';
import { lazy } from '../interface/lazy';
import { t } from '../language';
import { YourOrders } from '../order/your_orders';
import { forgetDevice } from '../session';

const LinkSheet = lazy(async () => (await import('../link/link_sheet')).LinkSheet);

export function Footer({ gallery, view }: { gallery: string; view: GalleryView }) {
  const [asking, setAsking] = useState(false);
  const [linking, setLinking] = useState(false);
  return (
    <footer class="footer">
      <p class="footer-name">{view.studio_name}</p>
      <YourOrders gallery={gallery} />
      <p class="footer-links">
        <a href="/">{t('gallery.add_code')}</a>
        <a href="/find">{t('open.find')}</a>
        <button type="button" class="link" onClick={() => setLinking(true)}>
          {t('link.open')}
        </button>
        <button type="button" class="link" onClick={() => setAsking(true)}>
          {t('app.forget')}
        </button>
      </p>
      {linking && <LinkSheet gallery={gallery} onClose={() => setLinking(false)} />}
      {asking && (
        <Confirm
          title={t('app.forget.title')}
          text={t('app.forget.text')}
          yes={t('app.forget.yes')}
          no={t('app.cancel')}
          onNo={() => setAsking(false)}
          onYes={() => {
            // A fresh page: nothing of the gallery stays in memory either.
            void forgetDevice().then(() => location.replace('/'));
          }}
        />
      )}
    </footer>
  );
}
