import { put, seen, type Question } from './question.ts';

const richText = (text: string): GoogleAppsScript.Spreadsheet.RichTextValue =>
  SpreadsheetApp.newRichTextValue().setText(text).build();

/** When does text stay text? */
export const textQuestions: Question[] = [
  {
    id: 'text-equals',
    asks: 'Does =1+1 written into a cell of format @ stay text?',
    expected: 'text "=1+1"',
    answer: (sheet) => seen(put(sheet, 'A1', '=1+1', '@')),
  },
  {
    id: 'text-plus',
    asks: 'Does +1 555 0100 written into a cell of format @ stay text?',
    expected: 'text "+1 555 0100"',
    answer: (sheet) => seen(put(sheet, 'A1', '+1 555 0100', '@')),
  },
  {
    id: 'text-apostrophe',
    asks: "Is the apostrophe of 'x dropped in a cell of format @?",
    expected: 'text "x"',
    answer: (sheet) => seen(put(sheet, 'A1', "'x", '@')),
  },
  {
    id: 'text-apostrophe-twice',
    asks: "Does ''x written into a cell of format @ keep one apostrophe?",
    expected: 'text "\'x"',
    answer: (sheet) => seen(put(sheet, 'A1', "''x", '@')),
  },
  {
    id: 'text-number',
    asks: 'Do 1.5 and TRUE that a script writes into cells of format @ stay a number and a boolean?',
    expected: 'number 1.5, boolean true',
    answer: (sheet) => `${seen(put(sheet, 'A1', 1.5, '@'))}, ${seen(put(sheet, 'B1', true, '@'))}`,
  },
  {
    id: 'text-return',
    asks: 'Does a carriage return in text stay one?',
    expected: '"a\\r\\nb\\rc"',
    answer: (sheet) => JSON.stringify(put(sheet, 'A1', 'a\r\nb\rc', '@').getValue()),
  },
  {
    id: 'rich-text',
    asks: 'Is a RichTextValue ever parsed (=1+1, 007)?',
    expected: 'text "=1+1", text "007"',
    answer: (sheet) => {
      sheet.getRange('A1:B1').setRichTextValues([[richText('=1+1'), richText('007')]]);
      SpreadsheetApp.flush();
      return `${seen(sheet.getRange('A1'))}, ${seen(sheet.getRange('B1'))}`;
    },
  },
  {
    id: 'general-format',
    asks: 'How is a format read back: untouched, then @, then set to General; and does General read 007 as 7 again?',
    expected: '0.############### → @ → 0.###############; number 7',
    answer: (sheet) => {
      const range = sheet.getRange('A1');
      const formats = [range.getNumberFormat()];
      for (const format of ['@', 'General']) formats.push(range.setNumberFormat(format).getNumberFormat());
      return `${formats.join(' → ')}; ${seen(put(sheet, 'A1', '007'))}`;
    },
  },
  {
    id: 'format-of-input',
    asks: 'Does $5 typed into a cell of format 0.00 change its format?',
    expected: '"$"#,##0',
    answer: (sheet) => put(sheet, 'A1', '$5', '0.00').getNumberFormat(),
  },
  {
    id: 'unary-minus',
    asks: 'Is =-2^2 4?',
    expected: '4',
    answer: (sheet) => String(put(sheet, 'A1', '=-2^2').getValue()),
  },
];
