/** Line icons of 18 px, drawn for this page. */
const paths = {
  undo: 'M4 7h6.5a3.5 3.5 0 0 1 0 7H6M4 7l3-3M4 7l3 3',
  rowAbove: 'M3 11h12v4H3zM9 2.5v5M6.5 5h5',
  rowDelete: 'M3 11h12v4H3zM6.5 5h5',
  columnLeft: 'M11 3v12h4V3zM2.5 9h5M5 6.5v5',
  columnDelete: 'M11 3v12h4V3zM2.5 9h5',
  sortDown: 'M5 3v12M2.5 12.5 5 15l2.5-2.5M10 4h6M10 9h4.5M10 14h3',
  sortUp: 'M5 15V3M2.5 5.5 5 3l2.5 2.5M10 4h3M10 9h4.5M10 14h6',
  play: 'M6 4l8 5-8 5z',
  clock: 'M9 2.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM9 5.5V9l2.5 1.5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark of the project: two leaves of one sheet, side by side. */
export function Logo() {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
      <rect x="2" y="4" width="11" height="20" rx="2.5" fill="#188038" />
      <rect x="15" y="4" width="11" height="20" rx="2.5" fill="#336791" />
      <path
        d="M7.5 11h13l-3-3M20.5 17h-13l3 3"
        fill="none"
        stroke="#fff"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
