/* Rows as objects, found by an id column: what object mappers for sheets do. */

function table_(name, options) {
  const { idColumn = '#', rowShift = 0, columnShift = 0 } = options || {};
  const sheet = SpreadsheetApp.getActive().getSheetByName(name);
  if (!sheet) throw 'No sheet ' + name;
  const base = () => sheet.getRange(1 + rowShift, 1 + columnShift);
  const columns = base().getDataRegion(SpreadsheetApp.Dimension.COLUMNS).getValues()[0];
  const region = () => base().getDataRegion();
  const rows = () => region().getValues().slice(1);
  const idIndex = columns.indexOf(idColumn);
  const record = (values, row) =>
    Object.defineProperty(Object.fromEntries(columns.map((column, i) => [column, values[i]])), 'row_', { value: row });
  const all = () => rows().map((values, i) => record(values, i + 2 + rowShift));
  const valuesOf = (object) => columns.map((column) => (object[column] === undefined ? null : object[column]));
  return {
    all,
    columns,
    first: () => all()[0] || null,
    last: () => all().pop() || null,
    where: (test) =>
      all().filter(
        typeof test === 'function' ? test : (each) => Object.keys(test).every((key) => each[key] === test[key]),
      ),
    pluck: (column) => all().map((each) => each[column]),
    find: (id) => {
      const found = all().find((each) => each[idColumn] === id);
      if (!found) throw 'Record not found [id=' + id + ']';
      return found;
    },
    create: (object) => {
      const ids = rows().map((values) => values[idIndex]);
      const id = object[idColumn] || (ids.length ? Math.max.apply(null, ids) + 1 : 1);
      const row = region().getLastRow() + 1;
      sheet.getRange(row, 1 + columnShift, 1, columns.length).setValues([valuesOf({ ...object, [idColumn]: id })]);
      return id;
    },
    update: function (id, changes) {
      const old = this.find(id);
      region()
        .offset(old.row_ - 1 - rowShift, 0, 1)
        .setValues([valuesOf({ ...old, ...changes })]);
    },
    destroy: function (id) {
      sheet.deleteRow(this.find(id).row_);
    },
  };
}

function agents(options) {
  const Agent = table_('Agents', options);
  const added = Agent.create({ 'First Name': 'Tracy', Gender: 'Female', Age: 42 });
  Agent.update(1, { Age: 34 });
  const found = Agent.where({ Gender: 'Male' }).map((agent) => agent['First Name']);
  Agent.destroy(2);
  let missing;
  try {
    Agent.find(2);
  } catch (error) {
    missing = error;
  }
  return {
    columns: Agent.columns,
    added,
    found,
    ages: Agent.pluck('Age'),
    ids: Agent.pluck('#'),
    last: Agent.last(),
    missing,
  };
}

function lost() {
  throw 'thrown as text';
}
