export { ChatPreview as LinePreview } from '../chat/chat-preview';
