// Looking at one picture: PhotoSwipe with heart, buying and sharing in place.
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import PhotoSwipe from 'photoswipe';
import 'photoswipe/style.css';
import '../styles/viewer.css';
import { readPhoto } from '../api/gallery';
import type { PhotoView } from '../api/types';
import { tapHeart } from '../gallery/hearts';
import type { Listing } from '../gallery/listing';
import { microUrl, nameOf } from '../gallery/tile';
import { notify } from '../interface/notice';
import { t } from '../language';
import { trouble } from '../trouble';
import { Foot } from './foot';

interface ViewerProps {
  gallery: string;
  photo: string;
  list: Listing;
  sells: boolean;
  onMove: (photo: string) => void;
  onClose: () => void;
  onChoose: (photo: PhotoView) => void;
  onSort: (photo: PhotoView) => void;
}

export function Viewer(props: ViewerProps) {
  const latest = useRef({ ...props, left: false });
  latest.current = { ...props, left: latest.current.left };
  useEffect(() => {
    let gone = false;
    let shown: PhotoSwipe | null = null;
    void start(latest).then((pswp) => {
      if (gone) pswp?.destroy();
      else shown = pswp;
    });
    return () => {
      gone = true;
      // The address has changed already, so closing must not change it again.
      latest.current.left = true;
      shown?.close();
    };
  }, []);
  return null;
}

interface Source {
  count: () => number;
  at: (index: number) => PhotoView | undefined;
  /** Of the whole listing, for "3 of 812". */
  total: () => number;
  need: (index: number) => void;
}

/** The listing when the picture is in it; else the picture by itself, for a shared link. */
async function source({ gallery, photo, list }: ViewerProps): Promise<{ source: Source; index: number }> {
  const state = () => list.state.get();
  const index = state().photos.findIndex((p) => p.id === photo);
  if (index >= 0) {
    return {
      index,
      source: {
        count: () => state().photos.length,
        at: (i) => state().photos[i],
        total: () => state().total ?? state().photos.length,
        need: (i) => list.need(i),
      },
    };
  }
  const alone = await readPhoto(gallery, photo);
  return { index: 0, source: { count: () => 1, at: () => alone, total: () => 1, need: () => undefined } };
}

async function start(latest: { current: ViewerProps & { left: boolean } }): Promise<PhotoSwipe | null> {
  let found;
  try {
    found = await source(latest.current);
  } catch (error) {
    const { kind, title } = trouble(error);
    notify(kind === 'gone' ? t('viewer.gone') : title);
    if (!latest.current.left) latest.current.onClose();
    return null;
  }
  const { source: from, index } = found;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const pswp = new PhotoSwipe({
    index,
    loop: false,
    bgOpacity: 1,
    counter: false,
    showHideAnimationType: calm ? 'none' : 'zoom',
    zoomAnimationDuration: calm ? 0 : 240,
    paddingFn: (size) => ({ top: size.x < 700 ? 56 : 60, bottom: size.x < 700 ? 124 : 84, left: 0, right: 0 }),
    arrowPrevSVG: drawing('m15 5-7 7 7 7'),
    arrowNextSVG: drawing('m9 5 7 7-7 7'),
    closeSVG: drawing('m6 6 12 12M18 6 6 18'),
    zoomSVG: drawing('M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.7-1.800L20 20M7.800 10.500h5.400M10.500 7.800v5.400'),
    closeTitle: t('app.close'),
    zoomTitle: t('viewer.zoom'),
    arrowPrevTitle: t('viewer.previous'),
    arrowNextTitle: t('viewer.next'),
    errorMsg: t('viewer.error'),
  });
  pswp.addFilter('numItems', () => from.count());
  pswp.addFilter('itemData', (_, i) => slide(from.at(i)));
  pswp.addFilter('thumbEl', (element, _, i) => gridPicture(from.at(i)) ?? (element as HTMLElement));
  pswp.addFilter('placeholderSrc', (src, content) => content.data.msrc ?? src);

  const now = () => from.at(pswp.currIndex);
  let foot: HTMLElement | null = null;
  const redraw = () => {
    const photo = now();
    if (!foot || !photo) return;
    const { gallery, sells, onChoose, onSort } = latest.current;
    render(
      <Foot
        gallery={gallery}
        photo={photo}
        position={t('viewer.position', { index: pswp.currIndex + 1, total: from.total() })}
        sells={sells}
        onChoose={() => onChoose(photo)}
        onSort={() => onSort(photo)}
      />,
      foot,
    );
  };
  pswp.on('uiRegister', () => {
    pswp.ui?.registerElement({
      name: 'foot',
      appendTo: 'root',
      onInit: (element) => {
        foot = element;
        redraw();
      },
    });
  });
  pswp.on('change', () => {
    const photo = now();
    if (photo && !latest.current.left && photo.id !== latest.current.photo) latest.current.onMove(photo.id);
    from.need(pswp.currIndex + 5);
    redraw();
  });
  pswp.on('keydown', (event) => {
    const key = event.originalEvent;
    // A sheet over the viewer has its own keys.
    if (document.querySelector('dialog[open]')) event.preventDefault();
    else if (key.key === 'f' && !key.metaKey && !key.ctrlKey) {
      const photo = now();
      if (photo) tapHeart(latest.current.gallery, photo);
    }
  });
  pswp.on('close', () => {
    if (!latest.current.left) latest.current.onClose();
  });
  pswp.on('destroy', () => {
    if (foot) render(null, foot);
    const last = now();
    const link = last && document.querySelector<HTMLElement>(`[data-photo="${CSS.escape(last.id)}"]`);
    requestAnimationFrame(() => link?.focus({ preventScroll: link.getBoundingClientRect().top > 0 }));
  });
  pswp.init();
  pswp.element?.setAttribute('aria-label', t('viewer.label'));
  return pswp;
}

/** PhotoSwipe takes its icons as text. */
const drawing = (path: string): string => `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;

function slide(photo: PhotoView | undefined) {
  if (!photo) return { html: '' };
  const image = photo.proof ?? photo.thumbnail;
  const micro = microUrl(photo.micro);
  return {
    src: image?.url ?? micro,
    msrc: photo.thumbnail?.url ?? micro,
    width: image?.width ?? photo.width,
    height: image?.height ?? photo.height,
    alt: nameOf(photo),
  };
}

function gridPicture(photo: PhotoView | undefined): HTMLElement | null {
  return photo ? document.querySelector<HTMLElement>(`[data-photo="${CSS.escape(photo.id)}"] img`) : null;
}

