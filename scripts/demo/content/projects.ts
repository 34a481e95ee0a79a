import { readFile } from 'node:fs/promises';
import path from 'node:path';
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
  /** What people write in the thread; links in it and files with it attach themselves. */
  said: Said[];
  /** Asked when everything else is there, so that the thread shows an answer from the beginning. */
  asked?: { by: PersonKey; question: string };
}

export interface Said {
  by: PersonKey;
  /** `{site}` stands for the address of the demo's own site. */
  text: string;
  /** Uploaded with the message. */
  file?: string;
}

/**
 * The one link that leads outside is in a thread where nothing is asked at the start: an answer waits for what is
 * being read, and without a network it can take long until that fails.
 */
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
            text: 'For chapter one, the page of the town archive about the flood: {site}/town-archive/flood-of-1998',
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
            text: 'The birds that nested last year, counted by the field station: {site}/field-station/nesting-survey-2026',
          },
          {
            by: 'ben',
            text: 'And what the conservation office wants to see in the box "Take care".',
            file: 'field-guide/species-pages/nest-protection.pdf',
          },
        ],
        asked: { by: 'ben', question: 'How far from a kingfisher nest do visitors have to stay?' },
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
            text: 'What ribbons and pockets cost: {site}/brandt/price-list and our order in their portal: {site}/brandt/orders/27-0418',
          },
          {
            by: 'ben',
            text: 'The shops that have ordered so far.',
            file: 'field-guide/printing/advance-orders.xlsx',
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
            text: 'The water office says when gauge 7 is put right: {site}/water-office/gauge-7',
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
            text: 'My texts for the stores are growing here: https://docs.google.com/document/d/alder-press-store-texts/edit',
          },
        ],
      },
    ],
  },
];

/** The text of one of the documents named above. */
export function readDocument(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), 'utf8');
}

/** One of the files named above, as a person uploads it. */
export async function readUpload(file: string): Promise<File> {
  return new File([await readFile(new URL(file, import.meta.url))], path.basename(file));
}
