// A gallery: cover, filters, pictures, and the viewer over them.
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { PhotoQuery } from '../api/gallery';
import type { GalleryView, PhotoView } from '../api/types';
import { Masthead } from '../interface/masthead';
import { lazy } from '../interface/lazy';
import { Message, TroubleMessage } from '../interface/message';
import { t } from '../language';
import { back, go, place, replace } from '../router';
import { CartBar } from '../shop/cart_bar';
import { useStore } from '../store';
import { trouble } from '../trouble';
import { Cover } from './cover';
import { Footer } from './footer';
import { Grid } from './grid';
import { forgetListings, listing, readQuery, writeQuery, type Listing } from './listing';
import { Toolbar } from './toolbar';
import { refreshGallery, useGallery, useNews } from './view';

const Viewer = lazy(async () => (await import('../viewer/viewer')).Viewer);
const ListBar = lazy(async () => (await import('../lists/list_bar')).ListBar);
const ListSheet = lazy(async () => (await import('../lists/list_sheet')).ListSheet);
const Choose = lazy(async () => (await import('../shop/choose')).Choose);

export function GalleryScreen({ gallery, photo }: { gallery: string; photo: string | null }) {
  const { view, error } = useGallery(gallery);
  const { search } = useStore(place);
  const [edition, setEdition] = useState(0);
  const query = useMemo(() => readQuery(search), [search]);
  const list = useMemo(() => listing(gallery, query), [gallery, query, edition]);
  const all = useMemo(() => listing(gallery, {}), [gallery, edition]);
  const first = useStore(list.state);
  const [choosing, setChoosing] = useState<PhotoView | null>(null);
  const [sorting, setSorting] = useState<PhotoView | null>(null);

  useEffect(() => {
    if (view) document.title = `${view.name} – ${view.studio_name}`;
  }, [view]);

  const show = () => {
    forgetListings(gallery);
    void refreshGallery(gallery);
    setEdition((n) => n + 1);
  };

  const closed = error !== null && trouble(error).kind === 'closed';
  if (!view || closed) {
    return (
      <>
        <header class="masthead" />
        {error ? (
          <main>
            <TroubleMessage error={error} onRetry={show} />
          </main>
        ) : (
          <main class="gallery-main">
            <section class="cover">
              <div class="cover-picture" />
              <div class="cover-text">
                <p class="loading" role="status">
                  {t('app.loading')}
                </p>
              </div>
            </section>
          </main>
        )}
      </>
    );
  }

  const filter = (next: PhotoQuery) => {
    replace(`/g/${gallery}${writeQuery(next)}`);
    toResults();
  };
  return (
    <>
      <a class="skip" href="#pictures">
        {t('app.skip')}
      </a>
      <Masthead gallery={gallery} studio={view.studio_name} logo={view.look.logo} />
      <main class="gallery-main">
        <Cover view={view} all={all} />
        <div id="pictures" class="anchor" tabIndex={-1} />
        <div class={view.photos > 0 ? 'results' : ''}>
          <Toolbar view={view} query={query} total={first.total} onFilter={filter} />
          {(query.favourites || query.list) && <ListBar view={view} query={query} onFilter={filter} />}
          <Pictures
            gallery={gallery}
            view={view}
            query={query}
            list={list}
            onFilter={filter}
            onOpen={(index) => {
              const opened = list.state.get().photos[index];
              if (opened) go(`/g/${gallery}/p/${opened.id}${search}`);
            }}
          />
        </div>
        <News gallery={gallery} view={view} onShow={show} />
      </main>
      <Footer gallery={gallery} view={view} />
      {view.sells_prints && <CartBar gallery={gallery} />}
      {photo !== null && (
        <Viewer
          gallery={gallery}
          photo={photo}
          list={list}
          sells={view.sells_prints}
          onMove={(id: string) => replace(`/g/${gallery}/p/${id}${search}`)}
          onClose={() => back(`/g/${gallery}${search}`)}
          onChoose={setChoosing}
          onSort={setSorting}
        />
      )}
      {sorting && <ListSheet gallery={gallery} photo={sorting} onClose={() => setSorting(null)} />}
      {choosing && <Choose gallery={gallery} photo={choosing} line={null} onClose={() => setChoosing(null)} />}
    </>
  );
}

/** What was asked for is seen at once: from its beginning, with the bar above it and nothing of the cover. */
function toResults(): void {
  const top = document.getElementById('pictures')?.getBoundingClientRect().top ?? 0;
  scrollBy({ top, behavior: 'instant' });
}

/** What a person does who goes somewhere herself. */
const HANDS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

interface PicturesProps {
  gallery: string;
  view: GalleryView;
  query: PhotoQuery;
  list: Listing;
  onFilter: (query: PhotoQuery) => void;
  onOpen: (index: number) => void;
}

function Pictures({ gallery, view, query, list, onFilter, onOpen }: PicturesProps) {
  const state = useStore(list.state);
  const { scroll } = useStore(place);

  // Back comes to the same place, as soon as the page is long enough, unless a hand scrolls meanwhile.
  useLayoutEffect(() => {
    if (state.total === null) return;
    // An address that asks for some pictures only shows those, not the cover.
    if (scroll === null && scrollY === 0 && Object.keys(query).length > 0) toResults();
    if (scroll === null) return;
    const deadline = performance.now() + 10_000;
    let frame = 0;
    const settle = () => {
      scrollTo(0, scroll);
      if (Math.abs(scrollY - scroll) > 2 && performance.now() < deadline) frame = requestAnimationFrame(settle);
    };
    settle();
    const stop = () => cancelAnimationFrame(frame);
    for (const sign of HANDS) addEventListener(sign, stop, { once: true, passive: true });
    return () => {
      stop();
      for (const sign of HANDS) removeEventListener(sign, stop);
    };
  }, [state.total === null]);

  if (state.total === 0) {
    if (view.photos === 0) return <Message title={t('gallery.empty.title')} text={t('gallery.empty.text')} />;
    const listed = query.list !== undefined;
    const hearts = query.favourites === true && Object.keys(query).length === 1;
    return (
      <Message
        title={t(hearts ? 'gallery.nohearts.title' : listed ? 'lists.empty' : 'gallery.none.title')}
        text={t(hearts ? 'gallery.nohearts.text' : listed ? 'lists.empty.text' : 'gallery.none.text')}
      >
        <button type="button" class="button" onClick={() => onFilter({})}>
          {t('gallery.clear')}
        </button>
      </Message>
    );
  }
  return (
    <>
      <Grid gallery={gallery} listing={list} onOpen={onOpen} />
      {state.error !== null && (
        <div class="grid-trouble" role="alert">
          <p>
            {trouble(state.error).title} {trouble(state.error).hint}
          </p>
          <button type="button" class="button" onClick={() => list.retry()}>
            {t('app.retry')}
          </button>
        </div>
      )}
    </>
  );
}

function News({ gallery, view, onShow }: { gallery: string; view: GalleryView; onShow: () => void }) {
  const news = useNews(gallery, view.photos);
  // Who has not begun to look sees it at once; nobody else's page moves under the finger.
  useEffect(() => {
    if (news && scrollY < 40 && place.get().route.screen === 'gallery' && !document.querySelector('.pswp')) onShow();
  }, [news]);
  return (
    <div role="status">
      {news && (
        <button type="button" class="news" onClick={onShow}>
          {t('gallery.changed')}
        </button>
      )}
    </div>
  );
}
