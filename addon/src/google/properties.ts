import type { PropertyStore } from '../memory.ts';

/** The document's properties. They belong to the document and the script, and every editor's run sees the same. */
export function documentProperties(): PropertyStore {
  const properties = PropertiesService.getDocumentProperties();
  return {
    all: () => properties.getProperties(),
    set: (entries) => {
      const keys = Object.keys(entries);
      if (keys.length === 1) properties.setProperty(keys[0]!, entries[keys[0]!]!);
      else properties.setProperties(entries, false);
    },
    remove: (keys) => keys.forEach((key) => properties.deleteProperty(key)),
  };
}
