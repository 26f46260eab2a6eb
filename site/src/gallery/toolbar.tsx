// Search and filters. The host selects; this only says what is wanted.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PhotoQuery } from '../api/gallery';
import type { GalleryView } from '../api/types';
import { Icon } from '../interface/icon';
import { day, number, t } from '../language';
import { useHeartChange } from './hearts';

interface ToolbarProps {
  view: GalleryView;
  query: PhotoQuery;
  total: number | null;
  onFilter: (query: PhotoQuery) => void;
}

export function Toolbar({ view, query, total, onFilter }: ToolbarProps) {
  const filtered = Object.keys(query).length > 0;
  const hearts = Math.max(0, view.favourites + useHeartChange(view.gallery));
  const mine = query.favourites === true || query.list !== undefined;
  if (view.photos === 0) return null;
  return (
    <div class="toolbar">
      <div class="toolbar-row">
        <Search query={query} onFilter={onFilter} />
        <button
          type="button"
          class={mine ? 'chip on' : 'chip'}
          aria-pressed={mine}
          aria-label={t('gallery.favourites_count', { count: hearts })}
          onClick={() => onFilter(withOr(withOr(query, 'list', undefined), 'favourites', mine ? undefined : true))}
        >
          <Icon name="heart" filled={mine} />
          <span class="wide-only">{t('gallery.favourites')}</span>
          <span class="chip-count">{number(hearts)}</span>
        </button>
      </div>
      {[view.sections, view.keywords, view.subjects, view.days].some((facet) => facet.length > 1) && (
        <div class="toolbar-row scrolls">
          {view.sections.length > 1 && (
            <div class="chips" role="group" aria-label={t('gallery.sections')}>
              {[undefined, ...view.sections.map((s) => s.value)].map((section) => (
                <button
                  key={section ?? ''}
                  type="button"
                  class={query.section === section ? 'chip text on' : 'chip text'}
                  aria-pressed={query.section === section}
                  onClick={() => onFilter(withOr(query, 'section', section))}
                >
                  {section ?? t('gallery.all')}
                </button>
              ))}
            </div>
          )}
          <Choice
            label={t('gallery.subject')}
            any={t('gallery.subject.any')}
            value={query.subject}
            options={view.subjects.map((s) => ({ value: s.subject, label: s.group ? `${s.name}, ${s.group}` : s.name }))}
            onChoose={(value) => onFilter(withOr(query, 'subject', value))}
          />
          <Choice
            label={t('gallery.keyword')}
            any={t('gallery.keyword.any')}
            value={query.keyword}
            options={view.keywords.map((k) => ({ value: k.value, label: k.value }))}
            onChoose={(value) => onFilter(withOr(query, 'keyword', value))}
          />
          <Choice
            label={t('gallery.day')}
            any={t('gallery.day.any')}
            value={query.day}
            options={view.days.map((d) => ({ value: d.value, label: day(d.value) }))}
            onChoose={(value) => onFilter(withOr(query, 'day', value))}
          />
        </div>
      )}
      <p class={filtered ? 'found' : 'found empty'} role="status">
        {filtered && total !== null && (
          <>
            <span>{t('gallery.found', { count: total })}</span>
            <button type="button" class="link" onClick={() => onFilter({})}>
              {t('gallery.clear')}
            </button>
          </>
        )}
      </p>
    </div>
  );
}

function withOr<K extends keyof PhotoQuery>(query: PhotoQuery, name: K, value: PhotoQuery[K] | undefined): PhotoQuery {
  const { [name]: _, ...rest } = query;
  return (value === undefined ? rest : { ...rest, [name]: value }) as PhotoQuery;
}

function Search({ query, onFilter }: { query: PhotoQuery; onFilter: (query: PhotoQuery) => void }) {
  const [text, setText] = useState(query.q ?? '');
  const timer = useRef(0);
  useEffect(() => {
    setText((now) => (now.trim() === (query.q ?? '') ? now : (query.q ?? '')));
  }, [query.q]);
  const search = (value: string, soon: boolean) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onFilter(withOr(query, 'q', value.trim() || undefined)), soon ? 300 : 0);
  };
  useEffect(() => () => clearTimeout(timer.current), [query]);
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search(text, false);
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        enterkeyhint="search"
        aria-label={t('gallery.search')}
        placeholder={t('gallery.search.placeholder')}
        value={text}
        onInput={(event) => search(event.currentTarget.value, true)}
      />
      {text !== '' && (
        <button type="button" class="round small" aria-label={t('gallery.search.clear')} onClick={() => search('', false)}>
          <Icon name="close" />
        </button>
      )}
    </form>
  );
}

interface ChoiceProps {
  label: string;
  any: string;
  value: string | undefined;
  options: { value: string; label: string }[];
  onChoose: (value: string | undefined) => void;
}

function Choice({ label, any, value, options, onChoose }: ChoiceProps) {
  if (options.length < 2 && value === undefined) return null;
  return (
    <span class={value === undefined ? 'select' : 'select on'}>
      <select aria-label={label} value={value ?? ''} onChange={(e) => onChoose(e.currentTarget.value || undefined)}>
        <option value="">{any}</option>
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </span>
  );
}
