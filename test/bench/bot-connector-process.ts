import { startConnector } from '../helpers/connector.ts';
import { answerQuestions } from './helper-process.ts';

/** The stand-in of Teams, in a process of its own; its calls are not kept. */
const connector = await startConnector();
connector.calls.push = () => 0;

answerQuestions(async () => ({
  connectorUrl: connector.url,
  openIdMetadataUrl: connector.openIdMetadataUrl,
  authorization: await connector.sign(),
}));
