import { readFile } from 'node:fs/promises';
import type { ChannelKey, PersonKey } from '../workspace.ts';

/** A project as the demo sets it up. Documents are named by their path in this folder. */
export interface DemoProject {
  channel: ChannelKey;
  owner: PersonKey;
  name: string;
  purpose: string;
  /** Shared by all milestones. */
  documents: string[];
  milestones: DemoMilestone[];
}

export interface DemoMilestone {
  title: string;
  description: string;
  /** YYYY-MM-DD */
  dueOn: string;
  documents: string[];
  /** What people write in the thread; links in it attach themselves. */
  said: { by: PersonKey; text: string }[];
  /** Asked when everything else is there, so that the thread shows an answer from the beginning. */
  asked?: { by: PersonKey; question: string };
}

export const PROJECTS: DemoProject[] = [
  {
    channel: 'fieldGuide',
    owner: 'ada',
    name: 'Field Guide to Alder Creek',
    purpose:
      'A pocket guide of 192 pages to what lives in and along the creek, in the shops on 4 September 2027.',
    documents: ['field-guide/house-style.md', 'field-guide/who-does-what.txt'],
    milestones: [
      {
        title: 'Outline',
        description: 'What is in the guide, in which order, and who writes it.',
        dueOn: '2027-02-26',
        documents: [
          'field-guide/outline/chapter-plan.md',
          'field-guide/outline/outline-meeting.md',
          'field-guide/outline/reader-survey.csv',
        ],
        said: [
          {
            by: 'ada',
            text: 'Here is what we plan from: https://docs.google.com/document/d/alder-creek-outline/edit and the rows of the survey https://docs.google.com/spreadsheets/d/alder-creek-survey/edit',
          },
        ],
      },
      {
        title: 'Species pages',
        description: 'Text, photograph and map of every species on one page each.',
        dueOn: '2027-05-21',
        documents: [
          'field-guide/species-pages/species-list.csv',
          'field-guide/species-pages/photo-rights.md',
          'field-guide/species-pages/page-template.json',
        ],
        said: [
          {
            by: 'ben',
            text: 'The layout is in https://www.figma.com/design/alder-creek/species-pages and the sightings come from https://airtable.com/alder-creek/sightings',
          },
        ],
        asked: { by: 'ben', question: 'Who took the kingfisher photograph?' },
      },
      {
        title: 'Printing',
        description: 'From the signed order to the books in the shops.',
        dueOn: '2027-07-29',
        documents: [
          'field-guide/printing/printer-quote.md',
          'field-guide/printing/paper-and-binding.txt',
          'field-guide/printing/delivery-schedule.csv',
        ],
        said: [
          {
            by: 'ada',
            text: 'Scans of the paper samples: https://www.dropbox.com/s/alder-creek/paper-samples.pdf and what is still to order: https://trello.com/b/alder-creek/press',
          },
        ],
      },
    ],
  },
  {
    channel: 'riverApp',
    owner: 'ben',
    name: 'River Watch app',
    purpose:
      'A free app with the water levels of Alder Creek and a warning before floods, in the stores on 15 May 2027.',
    documents: ['river-app/product-facts.md'],
    milestones: [
      {
        title: 'Beta test',
        description: 'What 38 testers found, and what has to be solved first.',
        dueOn: '2027-03-05',
        documents: ['river-app/beta-test/beta-feedback.csv', 'river-app/beta-test/known-problems.md'],
        said: [
          {
            by: 'ben',
            text: 'Noor sorts everything into https://github.com/alder-press/river-watch/issues',
          },
        ],
      },
      {
        title: 'Launch',
        description: 'The day at the spring market, the weeks before and the count after.',
        dueOn: '2027-05-15',
        documents: ['river-app/launch/launch-plan.md', 'river-app/launch/prices-and-budget.json'],
        said: [
          {
            by: 'ada',
            text: 'My texts for the stores are growing here: https://www.notion.so/alder-press/store-texts',
          },
        ],
      },
    ],
  },
];

/** The text of one of the documents named above. */
export function readDocument(path: string): Promise<string> {
  return readFile(new URL(path, import.meta.url), 'utf8');
}
