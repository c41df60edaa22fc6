import { useState } from 'preact/hooks';

/** The add-on's own sidebar, in a frame as Google shows it. */
export function SidebarFrame() {
  const [open, setOpen] = useState(true);
  if (!open) {
    return (
      <aside class="sidebar closed">
        <button type="button" onClick={() => setOpen(true)}>
          Open the sidebar
        </button>
      </aside>
    );
  }
  return (
    <aside class="sidebar" aria-label="Tandem sidebar">
      <header>
        <h2>Tandem</h2>
        <button type="button" aria-label="Close the sidebar" onClick={() => setOpen(false)}>
          ×
        </button>
      </header>
      <iframe title="Tandem" src="/demo/sidebar" />
    </aside>
  );
}
