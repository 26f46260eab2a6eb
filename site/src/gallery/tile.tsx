// One picture of the grid: the micro preview at once, the thumbnail over it when it has come.
import { useMemo, useState } from 'preact/hooks';
import type { PhotoView } from '../api/types';
import { Icon } from '../interface/icon';
import { t } from '../language';
import { useStore } from '../store';
import { firstScreen } from './first_screen';
import { tapHeart, useHeart } from './hearts';

export const microUrl = (micro: string): string => `data:image/jpeg;base64,${micro}`;
export const nameOf = (photo: PhotoView): string => photo.title || photo.file_name;

interface TileProps {
  gallery: string;
  photo: PhotoView;
  index: number;
  total: number;
  box: { x: number; y: number; width: number; height: number };
  /** Whether Tab comes here; arrows go to the others. */
  stop: boolean;
  onFocus: (index: number) => void;
  onOpen: (index: number) => void;
}

export function Tile({ gallery, photo, index, total, box, stop, onFocus, onOpen }: TileProps) {
  const [sharp, setSharp] = useState(false);
  const drawn = useStore(firstScreen);
  const heart = useHeart(photo);
  // A tile is drawn again for each row that comes or goes.
  const micro = useMemo(() => microUrl(photo.micro), [photo.micro]);
  const name = nameOf(photo);
  return (
    <div
      role="listitem"
      aria-setsize={total}
      aria-posinset={index + 1}
      class="tile"
      style={{ transform: `translate(${box.x}px, ${box.y}px)`, width: `${box.width}px`, height: `${box.height}px` }}
    >
      <a
        href={`/g/${gallery}/p/${photo.id}`}
        data-photo={photo.id}
        data-index={index}
        tabIndex={stop ? 0 : -1}
        onFocus={() => onFocus(index)}
        aria-label={t('gallery.open_photo', { name })}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          onOpen(index);
        }}
      >
        <img class="micro" src={micro} alt="" draggable={false} />
        {photo.thumbnail && drawn && (
          <img
            class={sharp ? 'thumbnail sharp' : 'thumbnail'}
            src={photo.thumbnail.url}
            alt=""
            decoding="async"
            fetchpriority="low"
            draggable={false}
            onLoad={() => setSharp(true)}
          />
        )}
      </a>
      <button
        type="button"
        class={heart ? 'heart on' : 'heart'}
        tabIndex={stop ? 0 : -1}
        aria-pressed={heart}
        aria-label={t(heart ? 'gallery.unheart' : 'gallery.heart', { name })}
        onClick={() => tapHeart(gallery, photo)}
      >
        <Icon name="heart" filled={heart} />
      </button>
    </div>
  );
}
