// The cover: the gallery's name and a picture of it, in a place whose size is known beforehand.
import { useState } from 'preact/hooks';
import type { GalleryView, PhotoView } from '../api/types';
import { Icon } from '../interface/icon';
import { date, t } from '../language';
import { useStore } from '../store';
import { firstScreenDrawn } from './first_screen';
import type { Listing } from './listing';
import { microUrl } from './tile';

export function Cover({ view, all }: { view: GalleryView; all: Listing }) {
  const { photos } = useStore(all.state);
  const photo = view.look.cover ?? pick(photos);
  return (
    <section class={photo || view.photos > 0 ? 'cover' : 'cover bare'}>
      {(photo || view.photos > 0) && (
        <div class="cover-picture" aria-hidden="true">
          {photo && <CoverPicture key={photo.id} photo={photo} />}
        </div>
      )}
      <div class="cover-text">
        <h1>{view.name}</h1>
        {view.welcome && <p class="cover-welcome">{view.welcome}</p>}
        <p class="cover-facts">
          <span>{t('gallery.pictures', { count: view.photos })}</span>
          {view.expires_at !== null && <span>{t('gallery.until', { date: date(view.expires_at) })}</span>}
        </p>
        {view.photos > 0 && (
          <a class="button ghost" href="#pictures" onClick={toPictures}>
            {t('gallery.view')}
            <Icon name="down" />
          </a>
        )}
      </div>
    </section>
  );
}

/** The first picture that lies across, for a cover does. */
function pick(photos: readonly PhotoView[]): PhotoView | undefined {
  const across = photos.find((p) => p.proof && p.width > p.height * 1.2 && p.width < p.height * 2.4);
  return across ?? photos[0];
}

/** `public/ahead.js` makes the same choice, so that the picture is fetched once. */
function CoverPicture({ photo }: { photo: PhotoView }) {
  const [sharp, setSharp] = useState(false);
  const sizes = [photo.thumbnail, photo.proof].filter((i) => i != null);
  const largest = sizes.at(-1);
  return (
    <>
      <img class={sharp ? 'micro over' : 'micro'} src={microUrl(photo.micro)} alt="" />
      {largest && (
        <img
          class="thumbnail"
          srcset={sizes.map((i) => `${i.url} ${i.width}w`).join(', ')}
          sizes="(min-width: 900px) 60vw, 100vw"
          src={largest.url}
          alt=""
          decoding="async"
          fetchpriority="high"
          onLoad={() => {
            setSharp(true);
            firstScreenDrawn();
          }}
          onError={firstScreenDrawn}
        />
      )}
    </>
  );
}

function toPictures(event: MouseEvent): void {
  event.preventDefault();
  const anchor = document.getElementById('pictures');
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  anchor?.scrollIntoView({ behavior: calm ? 'auto' : 'smooth' });
  anchor?.focus({ preventScroll: true });
}
