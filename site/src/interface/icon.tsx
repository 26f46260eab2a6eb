// Line icons on a 24 grid, drawn in the text's colour.
const PATHS = {
  heart: 'M12 20.5C7 16.6 3.5 13.3 3.5 9.3A4.7 4.7 0 0 1 8.2 4.5c1.6 0 3 .8 3.8 2.1a4.5 4.5 0 0 1 3.8-2.1 4.7 4.7 0 0 1 4.7 4.8c0 4-3.5 7.3-8.5 11.2Z',
  cart: 'M5 8h14l-1.2 12H6.200L5 8Zm4 0V6.500a3 3 0 0 1 6 0V8',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13Zm4.700-1.800L20 20',
  close: 'm6 6 12 12M18 6 6 18',
  back: 'm14.500 5-7 7 7 7',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  minus: 'M6 12h12',
  plus: 'M6 12h12M12 6v12',
  left: 'M8 4 4.500 7.500 8 11M5 7.500h8a6 6 0 0 1 0 12H9',
  right: 'm16 4 3.500 3.500L16 11m3-3.500h-8a6 6 0 0 0 0 12h4',
  flip: 'M4 9h10v11H4zM10 9V4h10v10h-6',
  reset: 'M4.500 12a7.500 7.500 0 1 1 2.300 5.400M4.500 18v-4.500H9',
  up: 'm6 14.500 6-6 6 6',
  down: 'm6 9.500 6 6 6-6',
  previous: 'm14.500 6-6 6 6 6',
  next: 'm9.500 6 6 6-6 6',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  list: 'M4 6.500h11M4 12h11M4 17.500h7M18 14.500v6M15 17.500h6',
  device: 'M4 5h12v9H4zM2.500 17.500H12M15 10.500h5.500v9H15z',
  share: 'M12 15V4m0 0L8 8m4-4 4 4M5 13v6.500h14V13',
  print: 'M7 9V4h10v5M7 17H4.500V9h15v8H17M7 14.500h10v5.500H7z',
  trash: 'M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7',
  copy: 'M8.500 8.500V4.500h11v11h-4M4.500 8.500h11v11h-11z',
  download: 'M12 4v11m0 0-4-4m4 4 4-4M5 15.500v4h14v-4',
  warning: 'M12 4.500 3.500 19h17L12 4.500Zm0 5.500v4.500m0 2.200v.01',
  filter: 'M4 7h16M7 12h10M10 17h4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg class={filled ? 'icon filled' : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
