// 機關用印作業: the message of a sealing task.
import { html } from '../vendor/preact.js';
import { Message } from '../message/message.js';

export const SealingTask = (props) => html`<${Message} ...${props} seal />`;
