// Under the picture: its name, the heart, sharing, and ordering prints.
import type { PhotoView } from '../api/types';
import { tapHeart, useHeart } from '../gallery/hearts';
import { nameOf } from '../gallery/tile';
import { Icon } from '../interface/icon';
import { notify } from '../interface/notice';
import { t } from '../language';

interface FootProps {
  gallery: string;
  photo: PhotoView;
  position: string;
  sells: boolean;
  onChoose: () => void;
  onSort: () => void;
}

export function Foot({ gallery, photo, position, sells, onChoose, onSort }: FootProps) {
  const heart = useHeart(photo);
  const name = nameOf(photo);
  return (
    <div class="foot">
      <div class="foot-text">
        <p class="foot-name">{name}</p>
        {photo.caption && <p class="foot-caption">{photo.caption}</p>}
        <p class="foot-position" role="status">
          {position}
          <span class="unseen">: {name}</span>
        </p>
      </div>
      <div class="foot-actions">
        <button
          type="button"
          class={heart ? 'round heart-button on' : 'round heart-button'}
          aria-pressed={heart}
          aria-label={t('viewer.heart')}
          onClick={() => tapHeart(gallery, photo)}
        >
          <Icon name="heart" filled={heart} />
        </button>
        <button type="button" class="round" aria-label={t('lists.sheet')} onClick={onSort}>
          <Icon name="list" />
        </button>
        <button type="button" class="round" aria-label={t('viewer.share')} onClick={() => void share(gallery, photo)}>
          <Icon name="share" />
        </button>
        {sells && (
          <button type="button" class="button" onClick={onChoose}>
            {t('viewer.buy')}
          </button>
        )}
      </div>
    </div>
  );
}

/** The address opens for people who hold a code themselves. */
async function share(gallery: string, photo: PhotoView): Promise<void> {
  const url = `${location.origin}/g/${gallery}/p/${photo.id}`;
  try {
    if (navigator.share) await navigator.share({ title: nameOf(photo), url });
    else {
      await navigator.clipboard.writeText(url);
      notify(t('viewer.copied'));
    }
  } catch {
    // Sharing was called off, or the browser does not allow it.
  }
}
