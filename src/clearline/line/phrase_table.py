"""The catalogue of phrases, in English, Russian and Arabic.

The one idea: the code is the authentic text; the languages are renderings of it. The translations are the project's
own and have not been reviewed by professional interpreters: they need that before any real use.
"""

from dataclasses import dataclass

__all__ = ["PHRASES", "Phrase"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: its code, whether it is of the core, its text in each language, and the codes that may answer it."""

    code: str
    core: bool
    en: str
    ru: str
    ar: str
    replies: tuple[str, ...]


# Four lines a phrase: code, core or more, replies; then English, Russian, Arabic.
_TEXT = """\
A01 core A02
LINE CHECK. HOW DO YOU RECEIVE?
Проверка линии. Как принимаете?
فحص الخط. كيف تستقبلون؟
A02 core
LINE CHECK GOOD.
Линия исправна.
الخط سليم.
A03 core B02
I HAVE A SAFETY MESSAGE. ANY DUTY OFFICER MAY TAKE IT.
Сообщение по безопасности. Принять может любой дежурный.
لدي رسالة سلامة. يمكن لأي ضابط مناوب استلامها.
A04 core B04
REQUEST: DO NOT WAIT FOR A NAMED OFFICER. PASS THIS NOW.
Просим не ждать конкретного лица. Передайте немедленно.
نرجو عدم انتظار شخص بعينه. انقلوا الرسالة فوراً.
A05 more B11 B12
REQUEST: CHANGE TO CIRCUIT {circuit}.
Просим перейти на канал {circuit}.
نرجو الانتقال إلى القناة {circuit}.
A06 more B02
I WILL CALL AGAIN AT {time} UTC.
Вызову повторно в {time} UTC.
سأعاود الاتصال في {time} بالتوقيت العالمي.
A07 more B02
INTERPRETER NOT AVAILABLE. USE CODED PHRASES.
Переводчика нет. Используйте кодовые фразы.
المترجم غير متوفر. استخدموا العبارات المرمّزة.
B01 more
RECEIVED BY THE SYSTEM. NOT YET READ.
Получено системой. Ещё не прочитано.
استلمها النظام. لم تُقرأ بعد.
B02 core
READ BY THE WATCH AT {time}.
Прочитано дежурной сменой в {time}.
اطّلعت عليها المناوبة في {time}.
B03 core B08 B09
UNDERSTOOD. I READ BACK: {fields}.
Понял. Повторяю: {fields}.
مفهوم. أكرر للتأكيد: {fields}.
B04 core
PASSED TO OUR COMMAND CONCERNED AT {time}.
Передано нашему соответствующему командованию в {time}.
أُبلغت قيادتنا المعنية في {time}.
B05 core
STAND BY. ANSWER BY {time}.
Ждите. Ответ до {time}.
انتظروا. الجواب قبل {time}.
B06 core
NOT UNDERSTOOD. SAY AGAIN {part}.
Не понято. Повторите {part}.
غير مفهوم. أعيدوا {part}.
B07 core B03
CORRECTION. {field}: {new}, NOT {old}.
Поправка. {field}: {new}, а не {old}.
تصحيح. {field}: {new} وليس {old}.
B08 more
YOUR READ-BACK IS CORRECT.
Повторили верно.
تكراركم صحيح.
B09 more B03
YOUR READ-BACK IS NOT CORRECT. STOP. I REPEAT.
Повторили неверно. Стоп. Повторяю.
تكراركم غير صحيح. توقف. أعيد.
B10 core B02 B03 B04 B05 B06 B11 B12 B13
NO ANSWER RECEIVED TO {ref}. SECOND REQUEST.
Ответ на {ref} не получен. Повторный запрос.
لم يصل جواب على {ref}. طلب ثانٍ.
B11 core
WE WILL DO SO.
Выполним.
سنقوم بذلك.
B12 core
UNABLE. REASON {code}.
Не можем. Причина {code}.
غير قادرين. السبب {code}.
B13 core
NO STATEMENT. THIS IS NOT YES AND NOT NO.
Без ответа. Это не «да» и не «нет».
لا تعليق. هذا لا يعني نعم ولا لا.
C01 core B03
INTENTION: ACTIVITY IN AREA {area}, {from_time} TO {to_time} UTC, {lower} TO {upper}, REFERENCE {datum}.
Намерение: деятельность в районе {area}, с {from_time} до {to_time} UTC, от {lower} до {upper}, отсчёт {datum}.
نيّة: نشاط في المنطقة {area}، من {from_time} إلى {to_time} بالتوقيت العالمي، من {lower} إلى {upper}، المرجع {datum}.
C02 more B02
ACTIVITY {ref} STARTED.
Деятельность {ref} начата.
بدأ النشاط {ref}.
C03 core B02
ACTIVITY {ref} ENDED. OUR AIRCRAFT HAVE LEFT.
Деятельность {ref} завершена. Наши воздушные суда ушли.
انتهى النشاط {ref}. غادرت طائراتنا.
C04 core B03
ACTIVITY {ref} CHANGED. OLD DATA NOT VALID. NEW DATA FOLLOW.
Деятельность {ref} изменена. Прежние данные недействительны. Следуют новые.
تغيّر النشاط {ref}. البيانات السابقة لاغية. تليها بيانات جديدة.
C05 more B02
ACTIVITY {ref} CANCELLED.
Деятельность {ref} отменена.
أُلغي النشاط {ref}.
C06 core B02
INFORMATION: MOVE OF EQUIPMENT AND PERSONNEL, ROUTE {route}, {from_time} TO {to_time}. NOT DIRECTED AT YOU.
Информация: перемещение техники и личного состава, маршрут {route}, с {from_time} до {to_time}. Не направлено против вас.
معلومة: تحرك معدات وأفراد، المسار {route}، من {from_time} إلى {to_time}. غير موجّه ضدكم.
C07 core B04
INFORMATION: HUMANITARIAN MOVEMENT {ref}, ROUTE {route}, {from_time} TO {to_time}.
Информация: гуманитарная колонна {ref}, маршрут {route}, с {from_time} до {to_time}.
معلومة: قافلة إنسانية {ref}، المسار {route}، من {from_time} إلى {to_time}.
C08 core B04
INFORMATION: PROTECTED SITE {id} AT {place}. VALID UNTIL {day}.
Информация: охраняемый объект {id}, точка {place}. Действительно до {day}.
معلومة: موقع محمي {id} عند {place}. صالح حتى {day}.
C09 more B02
WARNING: SATELLITE NAVIGATION UNRELIABLE IN {area} UNTIL {time}.
Предупреждение: спутниковая навигация недостоверна в {area} до {time}.
تحذير: الملاحة بالأقمار الصناعية غير موثوقة في {area} حتى {time}.
C10 more B02
INFORMATION: OUR STATE OF ALERT CHANGED. NOT DIRECTED AT YOU.
Информация: наша степень готовности изменена. Не направлено против вас.
معلومة: تغيّرت حالة تأهبنا. غير موجّهة ضدكم.
D01 core F01 F02 F03
WARNING: CONFLICT {ref} EXPECTED AT {time}: {ours} AND {yours}.
Предупреждение: в {time} ожидается конфликт {ref}: {ours} и {yours}.
تحذير: تعارض متوقع {ref} في {time}: {ours} و{yours}.
D02 core B04
WARNING: YOUR AIRCRAFT IS CLOSE TO OURS. {place}. DISTANCE {distance}.
Предупреждение: ваше воздушное судно близко к нашему. {place}. Удаление {distance}.
تحذير: طائرتكم قريبة من طائرتنا. {place}. المسافة {distance}.
D03 core E02 E03 E04
WARNING: LINE {boundary} CROSSED AT {place}, {time}. YOURS: {what}.
Предупреждение: пересечение линии {boundary}, точка {place}, {time}. Ваш объект: {what}.
تحذير: عبور الخط {boundary} عند {place} في {time}. العنصر التابع لكم: {what}.
D04 core B02
INFORMATION: CROSSED BY ERROR. OURS: {what}. RETURNING NOW.
Информация: пересечение по ошибке. Наш объект: {what}. Возвращается.
معلومة: عبور بطريق الخطأ. العنصر التابع لنا: {what}. العودة جارية.
D05 core B04 B11 B12
REQUEST: STOP ACTIVITY AT {place} NOW. OUR PEOPLE ARE THERE.
Просим немедленно прекратить действия в точке {place}. Там наши люди.
نطلب وقف النشاط عند {place} فوراً. أفرادنا هناك.
D06 more B04
WARNING: CIVIL AIRCRAFT IN {area}.
Предупреждение: гражданское воздушное судно в {area}.
تحذير: طائرة مدنية في {area}.
D07 core B04
DISTRESS: AIRCRAFT DOWN OR IN DIFFICULTY AT {place}. PERSONS {count}.
Бедствие: воздушное судно терпит бедствие, точка {place}. Людей {count}.
استغاثة: طائرة في خطر أو سقطت عند {place}. عدد الأشخاص {count}.
D08 core B11
INTENTION: SEARCH AND RESCUE IN {area} FROM {time}. REQUEST NO INTERFERENCE.
Намерение: поиск и спасание в {area} с {time}. Просим не препятствовать.
نيّة: بحث وإنقاذ في {area} من {time}. نرجو عدم الإعاقة.
E01 core E02 E03 E04 B13
QUESTION: IS THIS YOURS: {what}, {place}, {time}?
Вопрос: принадлежит ли вам: {what}, точка {place}, {time}?
سؤال: هل يتبع لكم ما يلي: {what}، عند {place}، في {time}؟
E02 core
ANSWER: YES, OURS.
Ответ: да, принадлежит нам.
جواب: نعم، يتبع لنا.
E03 core B02
ANSWER: WE CHECKED. NOT UNDER OUR COMMAND. COVERAGE {id}.
Ответ: проверено. Не под нашим командованием. Охват {id}.
جواب: تحققنا. ليس تحت قيادتنا. نطاق الجواب {id}.
E04 core
ANSWER: NOT KNOWN. CHECKING UNTIL {time}. DO NOT TAKE THIS AS NO.
Ответ: неизвестно. Проверяем до {time}. Не считать отрицательным ответом.
جواب: غير معلوم. نتحقق حتى {time}. لا تعدّوه نفياً.
E05 more B07
QUESTION: CONFIRM COORDINATE FORMAT AND DATUM.
Вопрос: подтвердите формат координат и систему координат.
سؤال: أكدوا صيغة الإحداثيات والمرجع الجيوديسي.
E06 more B07
QUESTION: CONFIRM ALTITUDE UNIT AND REFERENCE.
Вопрос: подтвердите единицу и начало отсчёта высоты.
سؤال: أكدوا وحدة الارتفاع ومرجعه.
F01 core F04 F05
PROPOSAL: WE MOVE OUR TIME BY {minutes} MIN. YOURS STAYS.
Предложение: сдвигаем своё время на {minutes} мин. Ваше без изменений.
اقتراح: نغيّر وقتنا بمقدار {minutes} دقيقة. وقتكم كما هو.
F02 core F04 F05
PROPOSAL: YOU USE {your_band}. WE USE {our_band}.
Предложение: вы – {your_band}, мы – {our_band}.
اقتراح: تستخدمون {your_band} ونستخدم {our_band}.
F03 more F04 F05
PROPOSAL: BOTH STAY {distance} FROM {object}.
Предложение: обеим сторонам держаться в {distance} от {object}.
اقتراح: يبقى الطرفان على مسافة {distance} من {object}.
F04 core
AGREED. TEXT {hash}.
Согласовано. Текст {hash}.
متفق عليه. النص {hash}.
F05 core
NOT AGREED. OUR PROPOSAL FOLLOWS.
Не согласовано. Следует наше предложение.
غير متفق عليه. يليه اقتراحنا.
F06 core
OUR PROPOSAL {ref} ENDS AT {time}. NO ANSWER IS NOT AGREEMENT.
Предложение {ref} действует до {time}. Молчание не означает согласия.
اقتراحنا {ref} صالح حتى {time}. عدم الرد لا يعني الموافقة.
H01 core H02 B04
WE REPORT AN INCIDENT {ref}. OUR ACCOUNT FOLLOWS.
Сообщаем об инциденте {ref}. Следует наше изложение.
نبلّغ عن حادث {ref}. تليه روايتنا.
H02 more
WE DO NOT AGREE WITH YOUR ACCOUNT. OURS IS RECORDED SEPARATELY.
С вашим изложением не согласны. Наше записано отдельно.
لا نتفق مع روايتكم. روايتنا مسجلة على حدة.
H03 core B11 B12
REQUEST: CALL BETWEEN {post1} AND {post2} AT {time}.
Просим провести разговор: {post1} – {post2}, в {time}.
نطلب مكالمة بين {post1} و{post2} في {time}.
H04 core B02
CHANNEL {circuit} SUSPENDED FROM {time}. SAFETY MESSAGES STILL ACCEPTED.
Канал {circuit} приостановлен с {time}. Сообщения по безопасности принимаются.
عُلّقت القناة {circuit} من {time}. رسائل السلامة ما زالت مقبولة.
H05 core B02
CHANNEL {circuit} OPEN AGAIN FROM {time}.
Канал {circuit} вновь открыт с {time}.
أُعيد فتح القناة {circuit} من {time}.
H06 more B02
INTENTION: WE WILL PUBLISH A STATEMENT ON THIS TALK AT {time}.
Намерение: опубликуем сообщение об этом разговоре в {time}.
نيّة: سننشر بياناً عن هذه المكالمة في {time}.
"""


def _read(text: str) -> tuple[Phrase, ...]:
    lines = text.splitlines()
    found: list[Phrase] = []
    for first in range(0, len(lines), 4):
        code, rank, *replies = lines[first].split()
        en, ru, ar = lines[first + 1 : first + 4]
        found.append(Phrase(code, rank == "core", en, ru, ar, tuple(replies)))
    return tuple(found)


PHRASES = _read(_TEXT)
