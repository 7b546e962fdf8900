export { ChatPreview as TelegramPreview } from '../chat/chat-preview';
