import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

/** Who may import whom. Each zone: files under `target` may not import `from`, except what `except` names. */
const walls = [
  {
    target: './shared',
    from: ['./addon', './api', './drizzle', './test'],
    message: 'shared/ imports only itself and valibot.',
  },
  { target: './addon', from: ['./api', './drizzle', './test'], message: 'addon/ imports only shared/.' },
  { target: './addon/src', from: './addon/sidebar', message: 'addon/src does not import the sidebar.' },
  { target: './api', from: ['./addon', './test'], message: 'api/ imports only shared/ and drizzle/.' },
  { target: './api/routes', from: './drizzle', message: 'Routes call verbs; SQL lives in the verbs.' },
  {
    target: './drizzle',
    from: ['./addon', './api', './test'],
    message: 'drizzle/ imports only drizzle-orm and types of shared/.',
  },
];

const googleServices = [
  'SpreadsheetApp',
  'UrlFetchApp',
  'PropertiesService',
  'CacheService',
  'LockService',
  'ScriptApp',
  'Session',
  'Utilities',
  'HtmlService',
  'CardService',
  'Logger',
  'Browser',
  'DriveApp',
];

/** Packages that a folder may import; anything else is an error. */
const onlyPackages = (allowed, message) => ({
  'no-restricted-imports': [
    'error',
    { patterns: [{ regex: `^(?!\\.{1,2}/|${allowed.map((name) => `${name}(/|$)`).join('|') || '$.'})`, message }] },
  ],
});

export default tseslint.config(
  { ignores: ['dist/**', '.tandem/**', 'node_modules/**'] },
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: walls }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  { files: ['shared/**/*.ts'], rules: onlyPackages(['valibot'], 'shared/ may import valibot and itself.') },
  { files: ['addon/src/**/*.ts'], rules: onlyPackages(['valibot'], 'The add-on imports only shared/.') },
  {
    files: ['addon/sidebar/**/*.{ts,tsx}'],
    rules: onlyPackages(['preact'], 'The sidebar imports Preact and shared/.'),
  },
  {
    files: ['addon/sidebar/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '/src/', allowTypeImports: true, message: 'The sidebar takes only types, from addon/src/rpc.ts.' },
          ],
        },
      ],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            ...walls,
            {
              target: './addon/sidebar',
              from: './addon/src',
              except: ['./rpc.ts'],
              message: 'The sidebar takes only types, from rpc.ts.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['addon/src/**/*.ts', 'addon/sidebar/**/*.{ts,tsx}'],
    ignores: ['addon/src/google/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...googleServices.map((name) => ({ name, message: 'Only addon/src/google names Google services.' })),
      ],
    },
  },
  { files: ['drizzle/**/*.ts'], rules: onlyPackages(['drizzle-orm'], 'drizzle/ imports only drizzle-orm.') },
  {
    files: ['api/{sync,links,access,database,sheets}/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['hono', 'hono/*', '@hono/*'], message: 'Verbs know nothing of HTTP.' }] },
      ],
    },
  },
  {
    files: ['api/routes/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['drizzle-orm', 'drizzle-orm/*', 'postgres'], message: 'Routes hold no SQL.' }] },
      ],
    },
  },
  {
    files: ['api/**/*.ts'],
    ignores: ['api/env.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only api/env.ts reads the environment.' },
      ],
    },
  },
  {
    // Command-line programs talk to the terminal.
    files: ['test/**/*.ts', 'addon/build.ts', 'addon/deploy.ts', 'api/main.ts', 'api/host.ts', '*.ts', '*.js'],
    rules: { 'no-console': 'off' },
  },
);
