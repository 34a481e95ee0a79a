/** The direction of imports (docs/decisions/0001-folders.md). Every pair of folders is ruled: what is not allowed is forbidden. */
const ADAPTERS = ['slack', 'store', 'ai', 'reader', 'jobs', 'http'];

/** What the files of a folder may import from src/, besides their own folder. */
const MAY_IMPORT = {
  domain: [],
  ports: ['domain'],
  'use-cases': ['ports', 'domain'],
  ...Object.fromEntries(ADAPTERS.map((folder) => [folder, ['use-cases', 'ports', 'domain']])),
};

/** Packages that only one kind of folder may know. */
const OWNERS = [
  { packages: '^node_modules/@slack/', folders: ['slack'] },
  {
    packages: '^node_modules/(mongoose|mongodb)/',
    folders: ['store', 'jobs'],
    alsoFrom: ['^src/compose\\.ts$'],
  },
  { packages: '^node_modules/openai/', folders: ['ai'] },
  {
    packages:
      '^node_modules/(undici|ipaddr\\.js|@mozilla/readability|linkedom|turndown|unpdf|mammoth|file-type|fflate)/',
    folders: ['reader'],
  },
  { packages: '^node_modules/yaml/', folders: [], alsoFrom: ['^src/read-specialists\\.ts$'] },
  {
    packages: '^node_modules/(express|express-rate-limit|@modelcontextprotocol|@asteasolutions)/',
    folders: ['http'],
  },
];

const folderRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [folder, ...allowed].map((one) => `^src/${one}/`) },
}));

const packageRules = OWNERS.map(({ packages, folders, alsoFrom = [] }) => ({
  name: `${folders.join('-')}-owns-${packages.replace(/[^a-z]+/g, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: [...folders.map((folder) => `^src/${folder}/`), ...alsoFrom] },
  to: { path: packages },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    ...packageRules,
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-knows-no-package',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: '^node_modules/' },
    },
    {
      name: 'ports-know-no-package',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { path: '^node_modules/' },
    },
    {
      name: 'main-starts-compose',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/(domain|ports|use-cases|slack|ai|reader|jobs|http)/' },
    },
    {
      name: 'nobody-imports-main-or-compose',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|compose|compose-use-cases)\\.ts$' },
      to: { path: '^src/(main|compose|compose-use-cases|compose-api|config|log)\\.ts$' },
    },
    {
      name: 'source-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
