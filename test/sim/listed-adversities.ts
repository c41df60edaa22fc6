/**
 * What the protocol must stand, as its design lists it, and the kinds by which coverage shows that a run met it. A kind
 * with an `@` says what the run was about to do: `@writeBlocks` is the write window. Whoever adds a step to schedules adds
 * its kinds to the list of the steps' own file, and names here what they are for.
 */
export const listed: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  faults: {
    'kill at each host call': of('kill', ['readSheet', 'send', 'remember', 'writeBlocks', 'insertRows', 'deleteRows']),
    'reply lost on each message': of('lostReply', ['sync', 'push', 'ack']),
    'timeout while the hub commits': [...of('lostReply', ['push', 'ack']), 'timedOut'],
    'duplicate message': of('duplicate', ['sync', 'push', 'ack']),
    'late first message after a new epoch': ['late:sync', 'lateRequest', 'oldRequestAgain'],
    'late ack after its offer was dropped': ['late:ack', 'lateRequest'],
    'hub killed in a transaction': of('hubDied', ['sync', 'push', 'ack']),
    'database restarted': ['restart:connections', 'restart:server'],
    'trigger, sidebar and REST host at once': ['lockHeld', 'rest:done', 'rest:busy', 'sidebar:pause', 'sidebar:resume'],
    'zombie resumes after a takeover': ['restResume'],
    'document properties wiped': ['wipe:memo', 'wipe:mapping'],
    'spreadsheet copied with its link': ['copyRuns'],
    'restored from version history': ['person:version'],
    'quota exhausted in an apply': of('quota', ['writeBlocks', 'insertRows', 'deleteRows', 'markCells']),
  },
  races: {
    'edit between scan and apply': ['person:type@send', 'person:sort@send'],
    'edit, sort, insert or delete in the write window': ['type', 'sort', 'insertRow', 'deleteRow'].map(
      (act) => `person:${act}@writeBlocks`,
    ),
    'edit between apply and lost ack': ['person:type@send', 'lostReply:ack'],
    'the table changes and changes back in a run': ['application:backAndForth'],
    'a person types the offered value': ['person:typeSame'],
    'a long transaction commits late': ['application:beginLate', 'application:commitLate', 'hubWaitsForApplication'],
    'an application commits between two statements': of('between', ['update', 'insert', 'delete', 'commitLate']),
  },
  identity: {
    'a copied row, the original edited': ['person:pasteRow', 'person:type'],
    'cut, and pasted later': ['person:cutPaste'],
    'sort of a part of the columns': ['person:partialSort'],
    'another spelling of a key': ['person:keyForm', 'profile:zeros'],
    'two keys swapped': ['person:swapKeys'],
    'key edited while its delete is pending': ['person:editKey', 'application:rekey'],
    'kill between key write and push': ['profile:generatedKey', 'kill:send'],
  },
  deletes: {
    'all rows cleared': ['person:clearRows'],
    'header deleted or sorted into the data': ['person:deleteHeader', 'person:sortHeader'],
    'tab renamed or replaced': ['person:renameTab', 'person:replaceAll'],
    'undo after the table’s delete': ['person:undo', 'application:delete'],
    'delete against edit, both ways': ['person:deleteRow', 'application:update', 'application:delete', 'person:type'],
    TRUNCATE: ['application:truncate'],
  },
  errors: {
    'refused, then made valid by the table': ['person:refused', 'application:noteTaken', 'retry'],
    'refused, then made valid by the constraint': ['application:relaxCheck'],
    'refused, then edited on both sides': ['person:refused', 'application:update'],
  },
  'values and schema': {
    'a trigger rewrites every value': ['capitals'],
    'a trigger touches another mapped column': ['profile:stamped'],
    'scale, dates and times': ['profile:kinds'],
    'child before parent': ['person:childFirst', 'person:addParent'],
    'unique values exchanged': ['person:swapValues'],
    'a formula as a value of the table': ['application:formulaText'],
    'column dropped or retyped in a run': ['application:dropColumn', 'application:retypeColumn'],
    'a new canonical form': ['newForm'],
  },
};

function of(kind: string, names: readonly string[]): string[] {
  return names.map((name) => `${kind}:${name}`);
}

/** Every kind that the list needs. */
export const listedKinds: readonly string[] = [
  ...new Set(Object.values(listed).flatMap((group) => Object.values(group).flat())),
];
