export { RepliesApiModule, RepliesModule } from './replies.module.js';
export { ReplyAnswers } from './reply-answers.js';
